// The files of a git diff and what they are called, whatever git's settings make of the headings. Pure.

export function filesOfDiff(diff: string): string[] {
  return diff.split(/^(?=diff --(?:git|cc|combined) )/m).filter((file) => file !== "");
}

/**
 * Every way to read the names in a file's heading: there may be prefixes of other letters or none (diff.mnemonicPrefix,
 * diff.noprefix), names may be quoted, and of two names with spaces nobody can tell where the first one ends.
 */
export function namesOf(file: string): string[] {
  const [heading = ""] = file.split("\n@@", 1);
  return heading
    .split("\n")
    .flatMap((line) => {
      const [, both] = /^diff --(?:git|cc|combined) (.*)$/.exec(line) ?? [];
      const [, one] = /^(?:--- |\+\+\+ |(?:rename|copy) (?:from|to) )(.*)$/.exec(line) ?? [];
      return one === undefined ? (both?.split(" ") ?? []) : [one];
    })
    .map((name) => name.replace(/^"|"\s*$|\t$/g, "").replace(/^[a-z]\//, ""));
}
