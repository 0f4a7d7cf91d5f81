// Mistral takes tool ids of nine letters and digits and no others. Ids of other providers become such: always the
// same one for the same id, and within one request never the same one for two. Pure.

const FITS = /^[a-zA-Z0-9]{9}$/;
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** The ids of one request. */
export class ShortIds {
  readonly #short = new Map<string, string>();
  readonly #taken = new Set<string>();

  of(id: string): string {
    let short = this.#short.get(id);
    if (short === undefined) {
      short = FITS.test(id) ? id : shortened(id);
      // Two of 62⁹ hashes meet about never; a counter keeps them apart all the same.
      for (let round = 1; this.#taken.has(short); round += 1) short = shortened(`${id} ${round}`);
      this.#short.set(id, short);
      this.#taken.add(short);
    }
    return short;
  }
}

/** FNV-1a of 64 bits, written in base 62. */
function shortened(id: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(id)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  let short = "";
  for (let place = 0; place < 9; place += 1) {
    short += DIGITS[Number(hash % 62n)];
    hash /= 62n;
  }
  return short;
}
