import type { Plain } from '../load/yaml-walk.js';
import { LIMITS } from '../model/index.js';
import type { RawEnvironment, RawFlag, RawRule } from '../schema/flag-schema.js';
import { type FlagEdit, type Refusal, refuse } from './flag-edit.js';
import type { Step } from './step.js';

/** True for everybody at any time: `now` is given with every evaluation, whatever the context lacks. */
const EVERYBODY: Plain = { now: { exists: true } };
const RULE_ID = 'killed';

/**
 * Everybody gets `safe`: on the one line that says what is served where there is no more to an environment, otherwise by a
 * rule before all others. See docs/decisions/0011-minimal-edits.md.
 */
export function planKill(raw: RawFlag, edit: Extract<FlagEdit, { kind: 'kill' }>): readonly Step[] | Refusal {
  if (raw.archived !== undefined) return planArchivedKill(raw, edit);
  const listed = new Map(Object.entries(raw.environments ?? {}));
  const wanted = edit.environments === 'all' ? [...listed.keys()] : [...new Set(edit.environments)];
  const steps: Step[] = [];
  for (const id of wanted) {
    const environment = listed.get(id);
    // What is not listed serves safe already.
    if (environment === undefined || servesOnlySafe(environment, raw.safe)) continue;
    const planned = planHere(id, environment, raw.safe);
    if ('refused' in planned) return planned;
    steps.push(...planned);
  }
  if (steps.length > 0) return steps;
  return refuse('nothing-to-change', `Everybody gets "${raw.safe}" there already, by the file as it stands.`);
}

function planArchivedKill(
  raw: RawFlag,
  edit: Extract<FlagEdit, { kind: 'kill' }>,
): readonly Step[] | Refusal {
  if (raw.serve === raw.safe)
    return refuse('nothing-to-change', `The flag is archived and serves "${raw.safe}" everywhere already.`);
  if (edit.environments === 'all') return [{ op: 'replace', at: ['serve'], value: raw.safe }];
  return refuse(
    'by-hand',
    'The flag is archived and serves one variant everywhere, so no single environment can be changed; kill it in all.',
  );
}

function planHere(id: string, environment: string | RawEnvironment, safe: string): readonly Step[] | Refusal {
  const at = ['environments', id];
  if (typeof environment === 'string') return [{ op: 'replace', at, value: safe }];
  const { rules, rollout, serve } = environment;
  if (rules === undefined && rollout === undefined && serve !== undefined)
    return [{ op: 'replace', at: [...at, 'serve'], value: safe }];
  if ((rules?.length ?? 0) >= LIMITS.rulesPerEnvironment)
    return refuse(
      'by-hand',
      `"${id}" has ${rules?.length} rules and may have no more; take one out, then add one that serves "${safe}" first.`,
    );
  const rule: Plain = { id: freeId(rules ?? []), when: EVERYBODY, serve: safe };
  if (rules !== undefined) return [{ op: 'prepend', to: [...at, 'rules'], value: rule }];
  return [{ op: 'add', into: at, key: 'rules', value: [rule] }];
}

function freeId(rules: readonly RawRule[]): string {
  const taken = new Set(rules.map(({ id }) => id));
  let id = RULE_ID;
  for (let count = 2; taken.has(id); count++) id = `${RULE_ID}-${count}`;
  return id;
}

function servesOnlySafe(environment: string | RawEnvironment, safe: string): boolean {
  if (typeof environment === 'string') return environment === safe;
  const { rules = [], rollout, serve } = environment;
  const first = rules[0];
  if (first !== undefined && first.serve === safe && takesEverybody(first)) return true;
  return rollout === undefined && serve === safe && rules.every((rule) => rule.serve === safe);
}

/** Whether this is the rule that a kill puts first, by whatever name. */
function takesEverybody({ when, percent }: RawRule): boolean {
  const [key, ...others] = Object.keys(when);
  if (percent !== undefined || key !== 'now' || others.length > 0) return false;
  const test = when.now as { exists?: boolean };
  return typeof test === 'object' && Object.keys(test).length === 1 && test.exists === true;
}
