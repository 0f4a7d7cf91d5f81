// A small table with a caption. It scrolls by itself where it is wider than the page.

interface TableProps {
  caption: string;
  head: string[];
  rows: { key: string; cells: string[]; strong?: boolean }[];
}

export function Table({ caption, head, rows }: TableProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of cells that scrolls, not of fields.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
    <div class="scroller" tabIndex={0} role="group" aria-label={caption}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {head.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells, strong }) => (
            <tr key={key} class={strong ? "strong" : undefined}>
              {cells.map((cell, index) => (
                <td key={head[index]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
