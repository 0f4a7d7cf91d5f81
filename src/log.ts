// The log channel "EdgeQuake": what the backend tells, made plain. Never a prompt, an answer or a key.

import * as vscode from "vscode";
import { plainText } from "./plain-text.ts";

export class Log implements vscode.Disposable {
  readonly #channel = vscode.window.createOutputChannel("EdgeQuake", { log: true });

  /** `type` is LSP's: 1 error, 2 warning, 3 info, 4 log, 5 debug. */
  write(type: 1 | 2 | 3 | 4 | 5, message: string): void {
    const text = plainText(message);
    if (type === 1) this.#channel.error(text);
    else if (type === 2) this.#channel.warn(text);
    else if (type === 3) this.#channel.info(text);
    else if (type === 4) this.#channel.debug(text);
    else this.#channel.trace(text);
  }

  show(): void {
    this.#channel.show(true);
  }

  dispose(): void {
    this.#channel.dispose();
  }
}
