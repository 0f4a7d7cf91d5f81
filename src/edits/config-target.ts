// Files that make the editor, git or a container run something: an edit of one is never applied without a
// question of its own. Pure, on paths.

const FOLDERS = new Set([".vscode", ".vscode-server", ".git", ".husky", ".devcontainer", ".idea", ".cursor"]);
const FILES =
  /\.code-workspace$|^\.(?:gitconfig|gitmodules|gitattributes|npmrc|yarnrc|yarnrc\.yml|envrc|mcp\.json)$/;
/** VS Code's own settings, keybindings, tasks and snippets, wherever it keeps them. */
const EDITOR = /\/(?:User|Machine)\/(?:profiles\/[^/]+\/)?(?:[^/]+\.json|snippets\/[^/]+)$/i;
const SCHEMES = new Set(["vscode-userdata", "vscode-settings"]);

/** `path` with any separators; symbolic links resolved by the caller. */
export function isConfigTarget(scheme: string, path: string): boolean {
  if (SCHEMES.has(scheme)) return true;
  const parts = path.replaceAll("\\", "/").toLowerCase().split("/");
  // Windows drops dots and blanks at the end of a name.
  const names = parts.map((part) => part.replace(/[. ]+$/, ""));
  return (
    names.some((name) => FOLDERS.has(name)) ||
    FILES.test(names.at(-1) ?? "") ||
    EDITOR.test(`/${parts.join("/")}`)
  );
}
