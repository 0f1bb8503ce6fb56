// SPDX-License-Identifier: MIT
// Small drawings of figures over time. What they show is said in words beside them.

export interface Point { at: number; value: number | null }

const WIDTH = 120, HEIGHT = 32;

/** A line for each run of points without a gap. `from` and `to` in the unit of `at`. */
export function Spark({ points, from, to }: { points: Point[]; from: number; to: number }) {
  const highest = Math.max(...points.map(({ value }) => value ?? 0)) || 1;
  let path = "";
  let isDrawing = false;
  for (const { at, value } of points) {
    if (value === null) { isDrawing = false; continue; }
    const x = ((at - from) / (to - from)) * WIDTH, y = HEIGHT - 2 - (value / highest) * (HEIGHT - 4);
    // A point alone is a dot, by the round ends of a line to itself.
    path += isDrawing ? `L${x.toFixed(1)} ${y.toFixed(1)}` : `M${x.toFixed(1)} ${y.toFixed(1)}h0`;
    isDrawing = true;
  }
  return (
    <svg class="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path class="ground" d={`M0 ${HEIGHT - 1}h${WIDTH}`} /><path d={path} />
    </svg>
  );
}

/** One bar per minute, oldest first: what completed, and on top of it what failed. */
export function Bars({ completed, failed }: { completed: number[]; failed: number[] }) {
  const highest = Math.max(1, ...completed.map((n, at) => n + (failed[at] ?? 0)));
  return (
    <svg class="bars" viewBox={`0 0 ${completed.length} 100`} preserveAspectRatio="none" aria-hidden="true">
      {completed.map((done, at) => {
        const good = (done / highest) * 100, bad = ((failed[at] ?? 0) / highest) * 100;
        return (
          <g key={at}>
            <rect x={at + 0.1} width=".8" y={100 - good} height={good} />
            <rect class="bad" x={at + 0.1} width=".8" y={100 - good - bad} height={bad} />
          </g>
        );
      })}
    </svg>
  );
}
