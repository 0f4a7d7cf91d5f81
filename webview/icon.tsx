// VS Code's own icons. They say nothing to a screen reader: what a button does stands in its name.

export type IconName =
  | "arrow-down"
  | "check"
  | "chevron-down"
  | "chevron-right"
  | "close"
  | "copy"
  | "diff"
  | "edit"
  | "error"
  | "file"
  | "files"
  | "folder"
  | "git-branch"
  | "go-to-changes"
  | "history"
  | "insert"
  | "lightbulb"
  | "mention"
  | "new-file"
  | "refresh"
  | "selection"
  | "send"
  | "split"
  | "stop"
  | "swap"
  | "terminal"
  | "warning";

export function Icon({ name }: { name: IconName }) {
  return <span class={`icon icon-${name}`} aria-hidden="true" />;
}

interface IconButtonProps {
  icon: IconName;
  /** Its name, also shown when a pointer rests on it. */
  label: string;
  onClick: () => void;
  disabled?: boolean;
  tabIndex?: number;
  class?: string;
}

export function IconButton({ icon, label, onClick, disabled, tabIndex, class: name }: IconButtonProps) {
  return (
    <button
      type="button"
      class={`quiet icon-button ${name ?? ""}`}
      title={label}
      aria-label={label}
      disabled={disabled}
      tabIndex={tabIndex}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
