import type { Path } from '../load/problem.js';
import type { Plain } from '../load/yaml-walk.js';
import type { RawEnvironment, RawFlag } from '../schema/flag-schema.js';
import { type FlagEdit, type Refusal, refuse } from './flag-edit.js';
import type { Step } from './step.js';

const BUCKETING = ['by', 'salt', 'bucketing'] as const;

/** What everyone else gets in one environment. */
export function planServe(
  raw: RawFlag,
  edit: Extract<FlagEdit, { kind: 'serve' }>,
): readonly Step[] | Refusal {
  const { environment: id, variant } = edit;
  const unfit = whyUnfit(raw, variant);
  if (unfit !== undefined) return unfit;
  const at: Path = ['environments', id];
  const environment = Object.entries(raw.environments ?? {}).find(([name]) => name === id)?.[1];
  if (environment === undefined) return planUnlisted(raw, id, variant);
  const now = typeof environment === 'string' ? environment : environment.serve;
  if (now === variant)
    return refuse('nothing-to-change', `The last line of "${id}" serves "${variant}" already.`);
  if (typeof environment === 'string') return [{ op: 'replace', at, value: variant }];
  if (environment.rollout?.to === variant)
    return refuse(
      'by-hand',
      `"${id}" has a rollout to "${variant}"; finish it instead of serving it at once.`,
    );
  return restSteps(at, environment, variant);
}

/** Steps that make the last line serve a variant, or divide as a rollout did. */
export function restSteps(at: Path, environment: RawEnvironment, rest: string | Plain): Step[] {
  if (typeof rest === 'string' && environment.serve !== undefined)
    return [{ op: 'replace', at: [...at, 'serve'], value: rest }];
  const old = environment.serve === undefined ? 'split' : 'serve';
  const key = typeof rest === 'string' ? 'serve' : 'split';
  return [{ op: 'exchange', at: [...at, old], key, value: rest }];
}

/** An environment's own by, salt or bucketing would be refused where nothing is left that it divides. */
export function orphanSteps(at: Path, environment: RawEnvironment): Step[] {
  const divides = (environment.rules ?? []).some(
    ({ percent, split }) => percent !== undefined || split !== undefined,
  );
  if (divides) return [];
  return BUCKETING.filter((field) => environment[field] !== undefined).map((field) => ({
    op: 'remove',
    at: [...at, field],
  }));
}

export function whyUnfit(raw: RawFlag, variant: string): Refusal | undefined {
  if (raw.archived !== undefined)
    return refuse('by-hand', 'The flag is archived; only its top-level serve is left.');
  const names = Object.keys(raw.variants ?? { on: true, off: false });
  if (names.includes(variant)) return undefined;
  return refuse('no-such', `The flag has no variant "${variant}"; it has ${names.join(', ')}.`);
}

function planUnlisted(raw: RawFlag, id: string, variant: string): readonly Step[] | Refusal {
  if (variant === raw.safe)
    return refuse('nothing-to-change', `"${id}" is not listed, so it serves "${variant}" already.`);
  const last = (map: object) => Object.keys(map).at(-1)!;
  if (raw.environments === undefined)
    return [{ op: 'add', into: [], key: 'environments', value: { [id]: variant }, after: last(raw) }];
  return [{ op: 'add', into: ['environments'], key: id, value: variant, after: last(raw.environments) }];
}
