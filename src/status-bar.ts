// The one item in the status bar: which model, what was spent today, how the backend is. A click opens a menu. It starts
// nothing: what it shows is asked of a backend that runs already.

import * as vscode from "vscode";
import type { Client } from "../server/connection/client.ts";
import type { BackendState } from "./backend.ts";
import type { ModelChoice } from "./models/model-choice.ts";
import { moneyText } from "./models/model-facts.ts";
import { type Spending, spendingOf } from "./models/spending.ts";

export interface StatusBarParts {
  models: ModelChoice;
  /** The backend that runs; undefined = none does, and none is to be started for this. */
  running(): Client | undefined;
}

/** How often a window that somebody looks at asks what was spent. */
const EVERY_MS = 15_000;
const LINKS = ["selectModel", "manageModels", "showUsage", "diagnose", "showLog", "restartBackend"];

export class StatusBar implements vscode.Disposable {
  readonly #parts: StatusBarParts;
  readonly #item: vscode.StatusBarItem;
  readonly #timer: NodeJS.Timeout;
  readonly #subscription: vscode.Disposable;
  #state: BackendState = "off";
  #spending: Spending | undefined;
  #retrying: NodeJS.Timeout | undefined;

  constructor(parts: StatusBarParts) {
    this.#parts = parts;
    this.#item = vscode.window.createStatusBarItem("edgequake.status", vscode.StatusBarAlignment.Right, 100);
    this.#item.name = "EdgeQuake";
    this.#item.command = "edgequake.showMenu";
    this.#timer = setInterval(() => {
      if (vscode.window.state.focused) void this.refresh();
    }, EVERY_MS);
    this.#timer.unref();
    this.#subscription = parts.models.onChange(() => this.#show());
    this.#show();
    this.#item.show();
  }

  backendIs(state: BackendState): void {
    this.#state = state;
    this.#show();
    if (state === "running") void this.refresh();
  }

  /** A request failed, and another one follows after this time. */
  retrying(wait_ms: number): void {
    clearTimeout(this.#retrying);
    this.#retrying = setTimeout(() => {
      this.#retrying = undefined;
      this.#show();
    }, wait_ms);
    this.#retrying.unref();
    this.#show();
  }

  /** Asks the ledger; where no backend runs nothing is asked. */
  async refresh(): Promise<void> {
    const client = this.#parts.running();
    if (!client) return;
    try {
      const { rows } = await client.request("edgequake/usage", { days: 2, by: ["day"] });
      this.#spending = spendingOf(rows, new Date().toISOString().slice(0, 10));
      this.#show();
    } catch {
      // A backend that ended meanwhile tells so by its state.
    }
  }

  dispose(): void {
    clearInterval(this.#timer);
    clearTimeout(this.#retrying);
    this.#subscription.dispose();
    this.#item.dispose();
  }

  #show(): void {
    const model = this.#parts.models.known()?.model;
    const name = model?.slice(model.indexOf("/") + 1) ?? "EdgeQuake";
    const spent = this.#spending ? ` ${spentText(this.#spending)}` : "";
    this.#item.text = `${this.#icon()} ${name}${spent}`;
    this.#item.tooltip = this.#tooltip(model);
    this.#item.backgroundColor =
      this.#state === "failed" ? new vscode.ThemeColor("statusBarItem.errorBackground") : undefined;
    // A screen reader reads no icons.
    this.#item.accessibilityInformation = {
      label: ["EdgeQuake", name, this.#stateText(), spent.trim()].filter((one) => one !== "").join(", "),
    };
  }

  #icon(): string {
    if (this.#state === "failed") return "$(error)";
    if (this.#state === "starting") return "$(loading~spin)";
    return this.#retrying ? "$(sync~spin)" : "$(sparkle)";
  }

  #stateText(): string {
    if (this.#retrying) return vscode.l10n.t("waiting to try again");
    switch (this.#state) {
      case "starting":
        return vscode.l10n.t("the backend starts");
      case "running":
        return vscode.l10n.t("the backend runs");
      case "failed":
        return vscode.l10n.t("the backend failed");
      case "off":
        return vscode.l10n.t("the backend is not started yet");
    }
  }

  #tooltip(model: string | undefined): vscode.MarkdownString {
    const text = new vscode.MarkdownString(undefined, true);
    text.isTrusted = { enabledCommands: LINKS.map((name) => `edgequake.${name}`) };
    text.appendMarkdown("**EdgeQuake** — ").appendText(this.#stateText());
    text.appendMarkdown("\n\n").appendText(model ?? vscode.l10n.t("no model is chosen yet"));
    const spending = this.#spending;
    if (spending) {
      const line = vscode.l10n.t(
        "Today: {0}, {1} calls, {2} tokens",
        moneyText(spending.cost_usd),
        spending.calls,
        spending.tokens,
      );
      text.appendMarkdown("\n\n").appendText(line);
      if (spending.unpriced > 0)
        text.appendMarkdown("\n\n").appendText(vscode.l10n.t("{0} without a known price", spending.unpriced));
    }
    const link = (name: string, label: string): string => `[${label}](command:edgequake.${name})`;
    const links = [
      link("selectModel", vscode.l10n.t("Select Model")),
      link("manageModels", vscode.l10n.t("Manage Models")),
      link("showUsage", vscode.l10n.t("Usage")),
      link("diagnose", vscode.l10n.t("Diagnose")),
      link("showLog", vscode.l10n.t("Show Log")),
      ...(this.#state === "failed" ? [link("restartBackend", vscode.l10n.t("Restart Backend"))] : []),
    ];
    text.appendMarkdown(`\n\n${links.join(" · ")}`);
    return text;
  }
}

/** "$0.12", "$0.12 + ?" where something has no price, "?" where nothing has one. */
export function spentText({ cost_usd, unpriced }: Spending): string {
  if (cost_usd === null) return "$?";
  return unpriced > 0 ? `${moneyText(cost_usd)} + ?` : moneyText(cost_usd);
}
