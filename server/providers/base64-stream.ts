// Base64 pieces, each padded on its own, made into pieces that may simply be put one after another. Only a piece that
// ends in padding costs more than a look.

/** One stream of bytes; `end` gives what is left. */
export class Base64Stream {
  /** One or two bytes that wait for company, as a binary string. */
  #left = "";

  push(piece: string): string {
    if (this.#left === "" && !piece.endsWith("=")) return piece;
    let bytes: string;
    try {
      bytes = this.#left + atob(piece);
    } catch {
      // Not base64: passed on as it came.
      return piece;
    }
    const whole = bytes.length - (bytes.length % 3);
    this.#left = bytes.slice(whole);
    return btoa(bytes.slice(0, whole));
  }

  end(): string {
    const rest = btoa(this.#left);
    this.#left = "";
    return rest;
  }
}
