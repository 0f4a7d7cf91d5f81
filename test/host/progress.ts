// What the person at the terminal sees while something takes long: one line a step, with the seconds counting.
// On a terminal the line is redrawn; in a log it is repeated every ten seconds, so that silence never means hung.

const terminal = process.stderr.isTTY === true;
const LOG_EVERY_MS = 10_000;

export interface Step {
  /** Replaces what the step is doing right now. */
  update(text: string): void;
  done(text?: string): void;
  fail(text?: string): void;
}

function seconds(since: number): string {
  return `${Math.round((performance.now() - since) / 1000)} s`;
}

export function startStep(title: string): Step {
  const started = performance.now();
  let doing = "";
  const line = (): string => `  ${title}${doing ? `: ${doing}` : ""}`;
  const draw = (): void => {
    if (terminal) process.stderr.write(`\r\x1b[2K${line()} (${seconds(started)})`);
    else process.stderr.write(`${line()} (${seconds(started)})\n`);
  };
  if (terminal) draw();
  else process.stderr.write(`${line()}\n`);
  const timer = setInterval(draw, terminal ? 1000 : LOG_EVERY_MS);
  timer.unref();
  const end = (mark: string, text: string | undefined): void => {
    clearInterval(timer);
    process.stderr.write(
      `${terminal ? "\r\x1b[2K" : ""}${mark} ${title}${text ? `: ${text}` : ""} (${seconds(started)})\n`,
    );
  };
  return {
    update(text) {
      doing = text;
      draw();
    },
    done: (text) => end("✓", text),
    fail: (text) => end("✗", text),
  };
}

/** Runs a step to its end, whichever it is. */
export async function withStep<T>(title: string, work: (step: Step) => Promise<T>): Promise<T> {
  const step = startStep(title);
  try {
    const result = await work(step);
    step.done();
    return result;
  } catch (error) {
    step.fail();
    throw error;
  }
}
