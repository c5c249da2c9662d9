// The figures as text: ours, and in brackets what is published.

export function printTables({ seed, runs, seconds, cpuSeconds, missed, summaries }) {
  for (const [table, rows] of byTable(summaries)) {
    const methods = [...new Set(rows.flatMap((row) => row.methods.map(({ method }) => method)))];
    const ours = new Set(
      rows.flatMap((row) => row.methods.filter((it) => it.isOurs).map(({ method }) => method)),
    );
    const header = ['', ...methods.map((method) => (ours.has(method) ? `* ${method}` : method))];
    const lines = rows.map((row) => [
      row.name,
      ...methods.map((method) =>
        cellOf(
          row,
          row.methods.find((it) => it.method === method),
        ),
      ),
    ]);
    console.log(`\n${table}, ${rows[0].methods[0].runs} runs`);
    for (const line of align([header, ...lines])) console.log(`  ${line}`);
  }
  console.log(
    `\n* what the product does; in brackets: published. Times are calls: median/p90, "-" is never.`,
  );
  console.log(`${runs} rollouts in ${seconds} s (${cpuSeconds} s of processor time), seed ${seed}.`);
  for (const line of deviations(summaries)) console.log(`Known deviation: ${line}`);
  if (missed.length === 0) console.log('Every bound is kept.');
  else console.log(['Missed:', ...missed.map((line) => `  ${line}`)].join('\n'));
}

/** Published medians that cannot be had again, with the reason. */
export function deviations(summaries) {
  return summaries.flatMap(({ table, name, methods }) =>
    methods.flatMap(({ method, median, published }) =>
      published?.instead === undefined
        ? []
        : [
            `${table}, ${name}, ${method}: ${median}, published ${published.median}; ${published.instead.why}.`,
          ],
    ),
  );
}

/** Rows of the same table together, in the order in which tables come first. */
export function byTable(summaries) {
  const tables = new Map();
  for (const row of summaries) tables.set(row.table, [...(tables.get(row.table) ?? []), row]);
  return tables;
}

export function cellOf({ kind }, summary) {
  if (summary === undefined) return '';
  const { share, median, p90, published = {}, missed } = summary;
  const mark = missed === undefined ? '' : ' !';
  if (kind === 'false-alarms')
    return `${percent(share)}${published.share === undefined ? '' : ` (${percent(published.share)})`}${mark}`;
  const known = published.median === undefined ? '' : ` (${pair(published.median, published.p90)})`;
  return `${pair(median ?? '-', p90 ?? '-')}${known}${mark}`;
}

function pair(median, p90) {
  return p90 === undefined ? `${median}` : `${median}/${p90}`;
}

function percent(share) {
  return `${(100 * share).toFixed(1)} %`;
}

function align(lines) {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  );
}
