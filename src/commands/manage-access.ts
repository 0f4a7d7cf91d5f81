// "EdgeQuake: Manage Access": who may use the models configured here, what each has spent, what each may spend a day,
// and changing one's mind.

import * as vscode from "vscode";
import type { Client } from "../../server/connection/client.ts";
import { type Access, type AccessList, EDITOR, needsNoLeave, TOOLS } from "../lm/access.ts";
import { type AccessRow, accessRows, amountOf } from "../lm/access-rows.ts";
import { notificationText, plainText } from "../plain-text.ts";

const BUDGETS = "callerBudgets";
const DAYS = 30;

export async function askForAccess(caller: string): Promise<Access | undefined> {
  const allow = vscode.l10n.t("Allow");
  const deny = vscode.l10n.t("Deny");
  // No modal: who is at work is not torn from it, and the asking extension waits.
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t(
      "May the extension {0} use your models through EdgeQuake? Its requests go to the providers you configured and are paid with your keys.",
      notificationText(caller),
    ),
    allow,
    deny,
  );
  if (answer === undefined) return undefined;
  return answer === allow ? "allowed" : "denied";
}

interface CallerItem extends vscode.QuickPickItem {
  row: AccessRow;
}

export async function manageAccess(list: AccessList, client: () => Promise<Client>): Promise<void> {
  const rows = accessRows(list.all(), await usageByCaller(client), budgets(), today(), list.unanswered());
  if (rows.length === 0) {
    await vscode.window.showInformationMessage(
      vscode.l10n.t("No extension has asked for EdgeQuake's models yet."),
    );
    return;
  }
  const chosen = await vscode.window.showQuickPick(rows.map(itemOf), {
    title: vscode.l10n.t("Manage Access"),
    placeHolder: vscode.l10n.t("Whose access or budget is to change?"),
    matchOnDescription: true,
  });
  if (chosen) await change(list, chosen.row);
}

async function change(list: AccessList, { caller, access, budget_usd }: AccessRow): Promise<void> {
  const choices: (vscode.QuickPickItem & { run(): PromiseLike<void> | Promise<void> })[] = [];
  const set = (label: string, to: Access | undefined): void => {
    choices.push({ label, run: () => list.set(caller, to) });
  };
  const asked = !needsNoLeave(caller);
  if (access !== "allowed" && asked) set(vscode.l10n.t("Allow"), "allowed");
  if (access !== "denied" && asked) set(vscode.l10n.t("Deny"), "denied");
  if (access !== undefined) set(vscode.l10n.t("Ask again next time"), undefined);
  choices.push({
    label: vscode.l10n.t("Set daily budget…"),
    description: budget_usd === undefined ? vscode.l10n.t("none") : vscode.l10n.t("now {0}", usd(budget_usd)),
    run: () => askForBudget(caller, budget_usd),
  });
  const choice = await vscode.window.showQuickPick(choices, { title: nameOf(caller) });
  await choice?.run();
}

async function askForBudget(caller: string, now: number | undefined): Promise<void> {
  const typed = await vscode.window.showInputBox({
    title: vscode.l10n.t("Daily budget of {0}", nameOf(caller)),
    prompt: vscode.l10n.t("US dollars a day (UTC). A call that would pass it is refused. Empty: no budget."),
    value: now === undefined ? "" : String(now),
    validateInput: (value) =>
      value.trim() === "" || amountOf(value) !== undefined
        ? undefined
        : vscode.l10n.t("Write an amount, like 0.50"),
  });
  if (typed === undefined) return;
  const amount = amountOf(typed);
  const { [caller]: _before, ...others } = budgets();
  await vscode.workspace
    .getConfiguration("edgequake")
    .update(
      BUDGETS,
      amount === undefined ? others : { ...others, [caller]: amount },
      vscode.ConfigurationTarget.Global,
    );
}

function itemOf(row: AccessRow): CallerItem {
  const { caller, calls, cost_usd, today_usd, unpriced, budget_usd } = row;
  const spent = cost_usd === null ? vscode.l10n.t("cost unknown") : usd(cost_usd);
  const parts = [
    budget_usd === undefined
      ? vscode.l10n.t("No daily budget")
      : vscode.l10n.t("Daily budget {0}", usd(budget_usd)),
    ...(today_usd > 0 ? [vscode.l10n.t("{0} today", usd(today_usd))] : []),
    vscode.l10n.t("Calls in {0} days: {1}, {2}", DAYS, calls, spent),
  ];
  if (unpriced && cost_usd !== null) parts.push(vscode.l10n.t("some without a known price"));
  return { label: nameOf(caller), description: stateOf(row), detail: parts.join(" · "), row };
}

function stateOf({ caller, access, unanswered }: AccessRow): string {
  if (access === "allowed") return vscode.l10n.t("allowed");
  if (access === "denied") return vscode.l10n.t("denied");
  if (unanswered) return vscode.l10n.t("not answered yet");
  return needsNoLeave(caller) ? vscode.l10n.t("needs no leave") : vscode.l10n.t("not asked");
}

function nameOf(caller: string): string {
  if (caller === EDITOR) return vscode.l10n.t("VS Code's own chat");
  if (caller === "edgequake.chat") return vscode.l10n.t("EdgeQuake's chat");
  if (caller === "edgequake.test") return vscode.l10n.t("Tests of models in Manage Models");
  if (caller === "edgequake.diagnosis") return vscode.l10n.t("Diagnose");
  return caller === TOOLS ? vscode.l10n.t("Tools that agents call") : plainText(caller);
}

/** Nothing where the backend is down: access can be changed without it. */
async function usageByCaller(client: () => Promise<Client>) {
  try {
    return (await (await client()).request("edgequake/usage", { days: DAYS, by: ["day", "caller"] })).rows;
  } catch {
    return [];
  }
}

function budgets(): Record<string, number> {
  const value: unknown = vscode.workspace.getConfiguration("edgequake").get(BUDGETS);
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(
    entries
      .filter((entry): entry is [string, number] => typeof entry[1] === "number")
      .map(([caller, amount]) => [caller.toLowerCase(), amount]),
  );
}

function usd(amount: number): string {
  return new Intl.NumberFormat(vscode.env.language, {
    style: "currency",
    currency: "USD",
    maximumFractionDigits: amount > 0 && amount < 0.1 ? 4 : 2,
  }).format(amount);
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
