/** The size of a database by day. */
export interface SizeSeries {
  /** As in the legend: `embedded, with its log`. */
  name: string;
  /** In bytes; the first one is that of the end of the first day. */
  sizes: number[];
}

const WIDTH = 760;
const HEIGHT = 320;
const LEFT = 64;
const BOTTOM = 36;
const TOP = 40;
const RIGHT = 24;
const COLORS = ['#2f6fdb', '#c2571a', '#2b8a3e', '#862e9c'];

/** Draws series of sizes as lines over days. @returns an SVG document, also readable on a dark page */
export function sizeChart(title: string, series: SizeSeries[]): string {
  const days = Math.max(...series.map(({ sizes }) => sizes.length));
  const step = niceStep(Math.max(...series.flatMap(({ sizes }) => sizes)) / 1e6 / 4);
  const top = step * Math.ceil(Math.max(...series.flatMap(({ sizes }) => sizes)) / 1e6 / step);
  const x = (day: number) => Math.round(LEFT + ((WIDTH - LEFT - RIGHT) * day) / days);
  const y = (megabytes: number) => Math.round(HEIGHT - BOTTOM - ((HEIGHT - TOP - BOTTOM) * megabytes) / top);
  const grid = Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step);
  const lines = series.map(({ sizes }, index) => {
    const points = [0, ...sizes].map((bytes, day) => `${x(day)},${y(bytes / 1e6)}`);
    return `<polyline fill="none" stroke="${COLORS[index]}" stroke-width="2" points="${points.join(' ')}"/>`;
  });
  const legend = series.map(
    ({ name }, index) =>
      `<text x="${LEFT + 8 + index * 220}" y="${TOP - 8}" fill="${COLORS[index]}" font-weight="bold">${name}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
<text x="${LEFT}" y="18" font-size="14" fill="#222">${title}</text>
${grid.map((mb) => `<path d="M${LEFT} ${y(mb)}H${WIDTH - RIGHT}" stroke="#ddd"/><text x="${LEFT - 8}" y="${y(mb) + 4}" text-anchor="end" fill="#555">${sizeText(mb)}</text>`).join('\n')}
${ticksOf(days)
  .map(
    (day) =>
      `<text x="${x(day)}" y="${HEIGHT - 14}" text-anchor="middle" fill="#555">${day === 0 ? '0 days' : day}</text>`,
  )
  .join('\n')}
${[...lines, ...legend].join('\n')}
</svg>
`;
}

const sizeText = (megabytes: number) => (megabytes >= 1_000 ? `${megabytes / 1_000} GB` : `${megabytes} MB`);

/** The next of 1, 2, 5, 10, 20, … above. */
function niceStep(above: number): number {
  const power = 10 ** Math.floor(Math.log10(above));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= above)!;
}

function ticksOf(days: number): number[] {
  const step = days > 200 ? 60 : days > 40 ? 30 : 5;
  return Array.from({ length: Math.floor(days / step) + 1 }, (_, index) => index * step);
}
