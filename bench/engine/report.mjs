/** Rounds become medians and ratios, ratios are held against the aims. */
import { CONTENDERS } from './contenders.mjs';
import { CLASSES } from './workload.mjs';

const COLUMNS = [...CLASSES, 'overall', 'user'];

function median(values) {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length === 0) return undefined;
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** A ratio is taken within each round, against what was measured seconds before, and then its median. */
function ratios(runs, name, against) {
  return Object.fromEntries(
    COLUMNS.map((column) => [
      column,
      median(runs[name].speed.map((ns, round) => ns[column] / runs[against].speed[round][column])),
    ]),
  );
}

export function judge({ conditions, names, runs, loads, replays }) {
  const contenders = Object.fromEntries(
    names.map((name) => [
      name,
      {
        title: CONTENDERS[name].title,
        ns: Object.fromEntries(COLUMNS.map((c) => [c, median(runs[name].speed.map((ns) => ns[c]))])),
        timesFloor: ratios(runs, name, 'floor'),
        bytes: Object.fromEntries(COLUMNS.map((c) => [c, median(runs[name].bytes.map((b) => b[c]))])),
      },
    ]),
  );
  const load = Object.fromEntries(
    Object.entries(loads).map(([flags, samples]) => [
      flags,
      Object.fromEntries(
        ['loadMs', 'loadWallMs', 'warmMs', 'textBytes'].map((key) => [
          key,
          median(samples.map((s) => s[key])),
        ]),
      ),
    ]),
  );
  const replay = judgeReplay(replays);
  return { conditions, contenders, load, replay, aims: aims({ contenders, load, replay, runs }) };
}

/** 100,000 contexts through two versions of 100 flags: the median time, and the worst of what must be right. */
export function judgeReplay(replays) {
  return {
    cpuMs: median(replays.map(({ replayMs }) => replayMs)),
    wallMs: median(replays.map(({ replayWallMs }) => replayWallMs)),
    flags: Math.min(...replays.map(({ flags }) => flags)),
    covered: Math.min(...replays.map(({ covered }) => covered)),
  };
}

export function printReplay({ cpuMs, wallMs, flags, covered }) {
  return `Blast radius, 100,000 contexts × ${flags} changed flags × 2 versions: ${figure(cpuMs, 0)} ms CPU, ${figure(wallMs, 0)} ms wall; the interval of a sample of 2,000 covers the exact share of ${covered} of them.`;
}

function aims({ contenders, load, replay, runs }) {
  const list = [];
  const aim = (what, got, atMost, unit) => list.push({ what, got, atMost, unit, met: got <= atMost });
  for (const name of ['engine', 'direct']) {
    const contender = contenders[name];
    if (contender === undefined) continue;
    aim(`${contender.title}, overall`, contender.timesFloor.overall, 2, '× floor');
    for (const one of CLASSES) aim(`${contender.title}, ${one}`, contender.timesFloor[one], 4, '× floor');
    // Counting itself costs some 500 bytes a sample, which is 0.01 a value; half a byte cannot be an object.
    const most = Math.max(...[...CLASSES, 'overall'].map((one) => contender.bytes[one]));
    aim(`${contender.title}, heap of the worst class`, most, 0.5, 'bytes a value');
    aim(`${contender.title}, all 100 flags of one user`, contender.ns.user / 1000, 26, 'µs');
  }
  aim('100,000 contexts × 100 changed flags replayed', replay.cpuMs, 2_000, 'ms');
  aim('1,000 flags, text to first answer', load[1000].loadMs, 6, 'ms');
  aim('10,000 flags, text to first answer', load[10000].loadMs, 500, 'ms');
  if (contenders.provider !== undefined && contenders.noop !== undefined) {
    const times = ratios(runs, 'provider', 'noop').overall;
    aim('through OpenFeature, overall', times, 1.1, '× its no-op provider');
  }
  return list;
}

const figure = (value, digits = 1) => (Number.isFinite(value) ? value.toFixed(digits) : '–');

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n');
}

export function print({ conditions, contenders, load, replay, aims }) {
  const { node, cpu, cores, rounds, machineLoad, seconds } = conditions;
  const all = Object.values(contenders);
  const head = (unit) => ['contender', ...COLUMNS.map((c) => `${c} ${unit}`)];
  const row = (key, digits) => (one) => [one.title, ...COLUMNS.map((c) => figure(one[key][c], digits))];
  return [
    `Node ${node}, ${cores} × ${cpu}; ${rounds} rounds in ${seconds} s, load average ${machineLoad.join(', ')}.`,
    'CPU time, medians; each measurement in a process of its own, contenders in turn. "user" is 100 flags for one user.',
    table(head('ns'), all.map(row('ns', 0))),
    table(head('× floor'), all.map(row('timesFloor', 2))),
    table(head('B'), all.map(row('bytes', 1))),
    table(
      ['flags', 'text KB', 'text to first answer, CPU ms', 'wall ms', 'then compile the rest (warm), CPU ms'],
      Object.entries(load).map(([flags, one]) => [
        flags,
        figure(one.textBytes / 1000, 0),
        figure(one.loadMs),
        figure(one.loadWallMs),
        figure(one.warmMs),
      ]),
    ),
    printReplay(replay),
    table(
      ['aim', 'got', 'at most', 'met'],
      aims.map((aim) => [
        aim.what,
        `${figure(aim.got, 2)} ${aim.unit}`,
        `${aim.atMost}`,
        aim.met ? 'yes' : '**no**',
      ]),
    ),
  ].join('\n\n');
}
