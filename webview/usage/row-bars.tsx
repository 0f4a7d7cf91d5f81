// A line for each thing, and a bar or two for how much: latencies, errors, callers.

export interface BarRow {
  name: string;
  /** null = unknown: no bar, and its words say so. */
  values: { value: number | null; words: string }[];
}

export function RowBars({
  label,
  rows,
  series,
}: {
  label: string;
  rows: readonly BarRow[];
  /** What the bars of a line are, where there are several. */
  series?: readonly string[];
}) {
  const most = Math.max(0, ...rows.flatMap(({ values }) => values.map(({ value }) => value ?? 0)));
  return (
    <ul class="rows" aria-label={label}>
      {rows.map(({ name, values }) => (
        <li key={name}>
          <span class="name">{name}</span>
          <span class="bars">
            {values.map(({ value, words }, index) => (
              <span key={series?.[index] ?? index} class="bar">
                <svg aria-hidden="true" viewBox="0 0 100 8" preserveAspectRatio="none">
                  <rect
                    class={`series series-${index}`}
                    x={0}
                    y={0}
                    height={8}
                    width={most > 0 ? ((value ?? 0) / most) * 100 : 0}
                  />
                </svg>
                <span class="words">{series ? `${series[index]}: ${words}` : words}</span>
              </span>
            ))}
          </span>
        </li>
      ))}
    </ul>
  );
}
