// The numbers behind a plot: what a screen reader reads, and everybody who wants them exactly.

import { t } from "./strings.ts";

export interface Column {
  head: string;
  /** Numbers stand right. */
  number?: boolean;
}

export function DataTable({
  caption,
  columns,
  rows,
}: {
  caption: string;
  columns: readonly Column[];
  rows: readonly (readonly (string | null)[])[];
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
    <section class="scroll" tabIndex={0} aria-label={caption}>
      <table>
        <caption class="hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ head, number }) => (
              <th key={head} scope="col" class={number ? "number" : ""}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells) => (
            <tr key={cells.join("\n")}>
              {cells.map((cell, index) => {
                const column = columns[index];
                const shown = cell ?? t("unknown");
                return index === 0 ? (
                  <th key={column?.head} scope="row">
                    {shown}
                  </th>
                ) : (
                  <td key={column?.head} class={column?.number ? "number" : ""}>
                    {shown}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export function Behind(props: Parameters<typeof DataTable>[0]) {
  return (
    <details>
      <summary>{t("Show as a table")}</summary>
      <DataTable {...props} />
    </details>
  );
}
