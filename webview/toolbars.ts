// Toolbars by keyboard: each is one stop of Tab, the arrows move inside it. One pair of listeners serves them all,
// however many there are.

const BAR = "[role=toolbar]";

export function serveToolbars(page: Document): void {
  page.addEventListener("keydown", (event) => {
    if (!(event.target instanceof HTMLButtonElement)) return;
    const bar = event.target.closest(BAR);
    if (!bar || event.altKey || event.ctrlKey || event.metaKey) return;
    const buttons = buttonsOf(bar);
    const at = buttons.indexOf(event.target);
    const to = target(event.key, at, buttons.length);
    const button = to === undefined ? undefined : buttons[to];
    if (!button) return;
    event.preventDefault();
    button.focus();
  });
  // Where the cursor was last, Tab comes back to.
  page.addEventListener("focusin", ({ target: focused }) => {
    const bar = focused instanceof HTMLButtonElement ? focused.closest(BAR) : null;
    if (!bar) return;
    for (const button of buttonsOf(bar)) button.tabIndex = button === focused ? 0 : -1;
  });
}

function buttonsOf(bar: Element): HTMLButtonElement[] {
  return [...bar.querySelectorAll<HTMLButtonElement>("button:not(:disabled)")];
}

function target(key: string, at: number, length: number): number | undefined {
  switch (key) {
    case "ArrowRight":
      return (at + 1) % length;
    case "ArrowLeft":
      return (at - 1 + length) % length;
    case "Home":
      return 0;
    case "End":
      return length - 1;
    default:
      return undefined;
  }
}
