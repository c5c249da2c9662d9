import type { Snapshot } from '@guidon/engine/model';
import { type Paint, printable } from '../output/paint.js';
import { count, formatTable } from '../output/table.js';
import type { MatrixFlag } from './matrix-flag.js';
import type { Matrix } from './plan-runs.js';

export interface MatrixPlanned {
  readonly environment: string;
  readonly flags: readonly MatrixFlag[];
  readonly matrix: Matrix;
  /** By run. */
  readonly files: ReadonlyMap<string, string>;
  readonly snapshot: Snapshot;
}

/** The documented shape, `guidon-matrix/1`. */
export function plainMatrix({ environment, flags, matrix, files, snapshot }: MatrixPlanned) {
  const valueFor = (key: string, variant: string) =>
    snapshot.flags.get(key)?.variants.find(({ name }) => name === variant)?.value;
  return {
    format: 'guidon-matrix/1',
    environment,
    flags: flags.map(({ key, safe, on, variants }) => ({ key, safe, on, variants })),
    runs: matrix.runs.map(({ name, plans, variants }) => ({
      name,
      plans,
      variants,
      values: Object.fromEntries(Object.entries(variants).map(([key, one]) => [key, valueFor(key, one)])),
      ...(files.has(name) ? { bootstrap: files.get(name) } : {}),
    })),
    left: matrix.left,
    ...(matrix.pairwise === undefined ? {} : { pairwise: matrix.pairwise }),
  };
}

/** What GitHub Actions takes as the matrix of a job. */
export function jobsOf(plan: MatrixPlanned) {
  return { include: plainMatrix(plan).runs.map(jobOf) };
}

/** Values of a job's matrix are text, so that they can be environment variables as they are. */
function jobOf({ name, variants, bootstrap }: ReturnType<typeof plainMatrix>['runs'][number]) {
  return { name, variants: JSON.stringify(variants), ...(bootstrap === undefined ? {} : { bootstrap }) };
}

export function describeMatrix({ environment, flags, matrix, files }: MatrixPlanned, paint: Paint): string {
  const keys = flags.map(({ key }) => key);
  const rows = matrix.runs.map(({ name, plans, variants }) => [
    name,
    ...keys.map((key) => variants[key] as string),
    plans.join(', '),
  ]);
  const { pairwise } = matrix;
  const lines = [
    ...matrix.left.map(printable),
    ...(pairwise === undefined
      ? []
      : [
          `pairwise: ${count(pairwise.size, 'run')} for ${count(pairwise.possible, 'pair')}; at least ${pairwise.lowerBound} are needed.`,
        ]),
    ...(files.size === 0 ? [] : [`${count(files.size, 'bootstrap file')} written.`]),
  ];
  const head = paint.bold(
    `${count(matrix.runs.length, 'run')} of ${count(keys.length, 'flag')} in ${environment}`,
  );
  return [
    `${head}\n`,
    formatTable(['run', ...keys, 'asked for by'], rows),
    ...lines.map((line) => `${line}\n`),
  ].join('');
}
