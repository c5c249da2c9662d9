// The result as tables for people.
export function print({ conditions, throughput, fanOut, commit, load, propagation }) {
  const lines = [
    `${conditions.cores} cores (${conditions.cpu}), Node ${conditions.node}, load average ${conditions.load.join(' to ')}, ${conditions.seconds} s`,
  ];
  if (throughput !== undefined) lines.push('', ...throughputLines(throughput, conditions));
  if (fanOut !== undefined) lines.push('', ...fanOutLines(fanOut));
  if (commit !== undefined) lines.push('', ...commitLines(commit));
  if (load !== undefined) lines.push('', ...loadLines(load));
  if (propagation !== undefined) lines.push('', ...propagationLines(propagation));
  return lines.join('\n');
}

const n = (value, digits = 0) => value.toFixed(digits);
const verdict = (met) => (met ? 'met' : 'NOT MET');

function throughputLines(rows, { connections }) {
  const head = [
    'row',
    'ours req/s',
    'bare req/s',
    'ratio',
    'aim',
    '',
    'ratio by CPU',
    'CPU µs ours / bare',
    'p99 ms ours / bare',
    'bytes',
    'errors',
  ];
  const body = rows.map((row) => [
    row.title,
    n(row.ours.perSecond),
    n(row.bare.perSecond),
    n(row.ratio, 2),
    n(row.aim, 1),
    verdict(row.ratio >= row.aim),
    n(row.cpuRatio, 2),
    `${n(row.ours.cpuMicros, 1)} / ${n(row.bare.cpuMicros, 1)}`,
    `${n(row.ours.p99Ms, 1)} / ${n(row.bare.p99Ms, 1)}`,
    n(row.ours.bytes),
    n(row.errors),
  ]);
  return [
    `The built server, with authentication, beside a bare Fastify with the same bodies; ${connections} connections,`,
    `medians over ${rows[0]?.rounds} rounds of ratios within a round, both servers started anew each round.`,
    ...table([head, ...body]),
  ];
}

function fanOutLines({
  streams,
  presses,
  kill,
  change,
  bare,
  aim,
  ratio,
  spreadRatio,
  openedPerSecond,
  rssMegabytes,
}) {
  const row = (name, { firstMs, lastMs, spreadMs }) => [name, n(firstMs, 1), n(lastMs, 1), n(spreadMs, 1)];
  return [
    `${streams} streams, ${presses} presses; from the request to the first and to the last stream, medians.`,
    ...table([
      ['event', 'first ms', 'last ms', 'between ms'],
      row('kill (with its transaction)', kill),
      row('change (trigger, Git, load, publish)', change),
      row('bare node:http broadcast', bare),
    ]),
    `kill to the last stream: ${n(ratio, 2)} of the bare broadcast (aim ${aim}: ${verdict(ratio <= aim)}); first to last: ${n(spreadRatio, 2)}`,
    `${n(openedPerSecond)} streams opened a second, ${n(rssMegabytes)} MB resident`,
  ];
}

function commitLines({ changes, aimMs, commitMs, triggerMs, slowestMs }) {
  return [
    `From commit to SDK: median of ${changes} changes ${n(commitMs)} ms from the start of the commit (push included), ${n(triggerMs)} ms`,
    `from the trigger, slowest ${n(slowestMs)} ms (aim ${aimMs} ms: ${verdict(commitMs < aimMs)})`,
  ];
}

function loadLines({ commits, sizes, ratios }) {
  const [few, many] = sizes;
  const row = (name, field, ratio) => [name, n(few[field], 1), n(many[field], 1), n(ratio, 1)];
  return [
    `What judging a commit of one flag costs the engine, medians in ms of processor time over ${commits} commits; every other file is parsed already.`,
    ...table([
      ['', `${few.flags} flags`, `${many.flags} flags`, 'ratio'],
      row('on top of the load before', 'shortMs', ratios.short),
      row('looking at everything', 'wholeMs', ratios.whole),
    ]),
  ];
}

function propagationLines({ changes, streams, sizes, ratios, aims }) {
  const [few, many] = sizes;
  const row = (name, part, aimMs) => [
    ...[name, n(few[part].medianMs), n(few[part].slowestMs), `${aimMs}`],
    verdict(few[part].medianMs < aimMs),
    ...[n(many[part].medianMs), n(many[part].slowestMs), n(ratios[part], 2), `${aims.ratio}`],
    verdict(ratios[part] <= aims.ratio),
  ];
  const wide = (flags) => `median ms at ${flags} flags`;
  return [
    `From a signed webhook, sent right after the push, to the SDK's change event and to the last stream; ${changes} changes each.`,
    ...table([
      ['', wide(few.flags), 'slowest', 'aim', '', wide(many.flags), 'slowest', 'ratio', 'aim', ''],
      row('one SDK', 'sdk', aims.sdkMs),
      row(`last of ${streams} streams`, 'last', aims.lastMs),
    ]),
    'Where the time to one SDK goes by the log of the server, medians in ms and as a share of the whole:',
    ...table([
      ['', ...Object.keys(few.steps)],
      ...sizes.map(({ flags, steps, sdk }) => [
        `${flags} flags`,
        ...Object.values(steps).map((ms) => `${n(ms)} (${n((ms / sdk.medianMs) * 100)} %)`),
      ]),
    ]),
  ];
}

function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])))
      .join('  '),
  );
}
