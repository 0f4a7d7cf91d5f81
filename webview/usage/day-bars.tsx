// A bar for each day, in pieces: who had how much of it. Drawn as plain SVG; what is unknown is marked above its bar.

import { useRef } from "preact/hooks";
import { type DaySeries, roundTop } from "./series.ts";
import { t } from "./strings.ts";
import { useWidth } from "./use-width.ts";

const HEIGHT = 200;
const LEFT = 58;
/** Of a day's name below its bar. */
const LABEL = 80;
const TOP = 16;
const BOTTOM = 24;
const PLOT = HEIGHT - TOP - BOTTOM;

export interface DayBarsProps {
  label: string;
  series: DaySeries;
  nameOf(series: string): string;
  /** A value in words: "$0.12". */
  shown(value: number): string;
  /** The same in few characters, for the axis. */
  axis(value: number): string;
  dayOf(day: string): string;
}

export function DayBars({ label, series, nameOf, shown, axis, dayOf }: DayBarsProps) {
  const { names, bars, most } = series;
  const plot = useRef<SVGSVGElement>(null);
  // A unit of the drawing is a pixel, so that its words are as large as all others.
  const width = useWidth(plot);
  const top = roundTop(most);
  const slot = (width - LEFT) / bars.length;
  const wide = Math.max(1, Math.min(40, slot * 0.75));
  const y = (value: number): number => TOP + PLOT - (value / top) * PLOT;
  const every = Math.ceil(bars.length / Math.max(1, Math.floor((width - LEFT) / LABEL)));
  return (
    <>
      <svg ref={plot} role="img" aria-label={label} viewBox={`0 0 ${width} ${HEIGHT}`}>
        {[0, 0.5, 1].map((part) => (
          <g key={part}>
            <line class="grid" x1={LEFT} x2={width} y1={y(top * part)} y2={y(top * part)} />
            <text class="axis" x={LEFT - 6} y={y(top * part) + 4} text-anchor="end">
              {axis(top * part)}
            </text>
          </g>
        ))}
        {bars.map((bar, index) => {
          const x = LEFT + index * slot + (slot - wide) / 2;
          let below = 0;
          return (
            <g key={bar.day}>
              {bar.pieces.map((piece, which) => {
                if (piece <= 0) return null;
                const from = below;
                below += piece;
                const name = names[which] ?? "";
                return (
                  <rect
                    key={name}
                    class={`series series-${which}`}
                    x={x}
                    width={wide}
                    y={y(below)}
                    height={Math.max(1, y(from) - y(below))}
                  >
                    <title>{`${dayOf(bar.day)}, ${nameOf(name)}: ${shown(piece)}`}</title>
                  </rect>
                );
              })}
              {bar.unpriced > 0 && (
                <text class="unknown" x={x + wide / 2} y={y(bar.total) - 4} text-anchor="middle">
                  ?<title>{`${bar.unpriced} ${t("without a known price")}`}</title>
                </text>
              )}
              {index % every === 0 && (
                <text class="axis" x={x + wide / 2} y={HEIGHT - 6} text-anchor="middle">
                  {dayOf(bar.day)}
                </text>
              )}
            </g>
          );
        })}
      </svg>
      <ul class="legend">
        {names.map((name, index) => (
          <li key={name}>
            <span class={`swatch series-${index}`} />
            {nameOf(name)}
          </li>
        ))}
      </ul>
    </>
  );
}
