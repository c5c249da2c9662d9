// Writes the figures of docs/guards.md and the picture from what was simulated:
//   npm run --silent simulate:guards -- --json > docs/guards-figures.json && node docs/write-guards.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { byTable, cellOf, deviations } from '../bench/guards/tables.mjs';

const BEGIN = '<!-- figures: written by docs/write-guards.mjs -->';
const END = '<!-- end of figures -->';

const at = (name) => new URL(name, import.meta.url);
const figures = JSON.parse(readFileSync(at('guards-figures.json'), 'utf8'));
const page = readFileSync(at('guards.md'), 'utf8');
const [before, rest] = page.split(BEGIN);
const after = rest.split(END)[1];
writeFileSync(at('guards.md'), `${before}${BEGIN}\n\n${renderTables(figures)}\n${END}${after}`);
writeFileSync(at('guards.svg'), drawPicture(figures.summaries));

function renderTables({ summaries, seed, runs, missed }) {
  const tables = [...byTable(summaries)].map(([table, rows]) => {
    const methods = [...new Set(rows.flatMap((row) => row.methods.map(({ method }) => method)))];
    const isOurs = (method) =>
      rows.some((row) => row.methods.some((it) => it.isOurs && it.method === method));
    const cells = rows.map((row) => [
      row.name,
      ...methods.map((method) => {
        const cell = cellOf(
          row,
          row.methods.find((it) => it.method === method),
        );
        return isOurs(method) && cell !== '' ? `**${cell}**` : cell;
      }),
    ]);
    const line = (columns) => `| ${columns.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
    return [
      `**${table}** (${rows[0].methods[0].runs} runs a row)`,
      '',
      line(['', ...methods]),
      line(['', ...methods].map(() => '---')),
      ...cells.map(line),
      '',
    ].join('\n');
  });
  const verdict =
    missed.length === 0
      ? 'Every bound is kept.'
      : ['Bounds that are missed:', '', ...missed.map((text) => `* ${text}`)].join('\n');
  const known = [
    'Why published medians cannot be had again:',
    '',
    ...deviations(summaries).map((text) => `* ${text}`),
    '',
  ];
  return [`${runs} rollouts, seed ${seed}. ${verdict}`, '', ...known, ...tables].join('\n');
}

/** Calls of the treatment until the alarm, by how many times as often it fails; both axes logarithmic. */
function drawPicture(summaries) {
  const rows = summaries.filter(
    ({ table }) => table.startsWith('A3.7 Treatment calls') && table.endsWith('canary of 5 %'),
  );
  const points = rows.flatMap(({ name, methods }) => {
    const [from, to] = name.split(' to ').map((share) => Number.parseFloat(share));
    const median = (method) => methods.find((it) => it.method === method)?.median;
    return [{ from, ratio: to / from, guard: median('e-process'), planned: median('fixed n') }];
  });
  const x = (ratio) => 70 + (Math.log(ratio / 1.1) / Math.log(60 / 1.1)) * 520;
  const y = (calls) => 330 - (Math.log10(calls) - 0.5) * 80;
  const path = (list, field, style) =>
    `<polyline fill="none" ${style} points="${list.map((it) => `${x(it.ratio).toFixed(1)},${y(it[field]).toFixed(1)}`).join(' ')}"/>`;
  const colours = { 0.1: '#1b6ca8', 1: '#c44900', 5: '#2f7d32' };
  const series = Object.entries(colours).map(([from, colour]) => {
    const list = points.filter((it) => it.from === Number(from)).sort((a, b) => a.ratio - b.ratio);
    const named = list[Math.min(2, list.length - 1)];
    return [
      path(list, 'guard', `stroke="${colour}" stroke-width="2.5"`),
      path(list, 'planned', `stroke="${colour}" stroke-width="1" stroke-dasharray="5 4"`),
      ...list.map(
        (it) =>
          `<circle cx="${x(it.ratio).toFixed(1)}" cy="${y(it.guard).toFixed(1)}" r="3.5" fill="${colour}"/>`,
      ),
      `<text x="${(x(named.ratio) + 9).toFixed(1)}" y="${(y(named.guard) + (from === '5' ? 16 : -3)).toFixed(1)}" fill="${colour}">${from} % fail today</text>`,
    ].join('\n');
  });
  const across = [1, 2, 3, 4].map((power) => {
    const [calls, seconds] = [10 ** power, 10 ** power / 5];
    const time =
      seconds < 120
        ? `${seconds} s`
        : seconds < 7200
          ? `${Math.round(seconds / 60)} min`
          : `${Math.round(seconds / 3600)} h`;
    const height = y(calls).toFixed(1);
    return `<line x1="70" x2="590" y1="${height}" y2="${height}" stroke="#ddd"/><text x="62" y="${Number(height) + 4}" text-anchor="end">${calls.toLocaleString('en-US')}</text><text x="598" y="${Number(height) + 4}">${time}</text>`;
  });
  const along = [1.5, 2, 5, 10, 50].map(
    (ratio) =>
      `<line x1="${x(ratio).toFixed(1)}" x2="${x(ratio).toFixed(1)}" y1="20" y2="330" stroke="#eee"/><text x="${x(ratio).toFixed(1)}" y="348" text-anchor="middle">${ratio}×</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 660 390" font-family="sans-serif" font-size="12" fill="#333">
<title>Median calls of the new variant until the alarm, canary of 5 %</title>
<rect width="660" height="390" fill="#fff"/>
${[...across, ...along, ...series].join('\n')}
<text x="330" y="370" text-anchor="middle">how many times as often the new variant fails</text>
<text x="70" y="14">calls of the new variant until the alarm (solid: guard, dashed: one look at a planned end)</text>
<text x="598" y="384" text-anchor="end" fill="#777">right: time with 100 calls a second in all, 5 % of them new</text>
</svg>
`;
}
