import type { Attribute, Environment, Plan, Project, ProjectLimits } from '../model/index.js';
import { RESERVED_WORDS } from '../schema/index.js';
import type { RawProject } from '../schema/project-schema.js';
import { checkAccess } from './access-binder.js';
import { instantMs } from './attribute-values.js';
import { type Binding, BUILT_IN_ATTRIBUTES, newBinding, report } from './binding.js';
import { durationMs } from './duration.js';
import { editDistance } from './nearest-name.js';
import { partsOf } from './percentages.js';
import { bindPlan, checkIds } from './plan-binder.js';
import { type Path, shown } from './problem.js';
import { isTimeZone } from './time-zone.js';

/** What holds where `limits` is left out. */
const STANDARD_LIMITS: ProjectLimits = { flagsPerTeam: 40, ageDays: 180, jumpPoints: 10, massChange: 30 };

export interface BoundProject extends Binding {
  readonly project: Project;
}

/** `guidon.yaml` checked in itself; whether its plans name segments that exist is seen once segments are known. */
export function bindProject(raw: RawProject): BoundProject {
  const attributes = new Map<string, Attribute>();
  const teams = new Map(
    Object.entries(raw.teams).map(([team, { members, contact }]) => [
      team,
      { members, ...(contact === undefined ? {} : { contact }) },
    ]),
  );
  const plans = new Map<string, Plan>();
  const project: Project = {
    name: raw.project,
    timezone: raw.timezone ?? '',
    environments: raw.environments.map(bindEnvironment),
    attributes,
    tags: raw.tags ?? [],
    teams,
    access: (raw.access ?? []).map(withoutUndefined),
    plans,
    limits: raw.limits ?? STANDARD_LIMITS,
    commits: raw.commits ?? { signatures: 'optional', reviews: 0, rewrite: 'refused' },
  };
  const binding = newBinding(project);
  for (const [name, declared] of Object.entries(raw.attributes ?? {})) {
    checkAttributeName(binding, ['attributes', name], name);
    checkRepeated(binding, ['attributes', name], Array.isArray(declared) ? declared : []);
    attributes.set(name, Array.isArray(declared) ? { type: 'string', values: declared } : { type: declared });
  }
  checkRepeated(binding, ['tags'], project.tags);
  if (raw.timezone !== undefined && !isTimeZone(raw.timezone)) {
    const sentence = `${shown(raw.timezone)} is no time zone that is known here.`;
    report(binding, { at: ['timezone'], code: 'bad-format', sentence });
  }
  checkEnvironments(binding, raw);
  checkAccess(binding, raw);
  for (const [name, plan] of Object.entries(raw.plans ?? {})) {
    plans.set(name, bindPlan(binding, ['plans', name], plan));
  }
  return { ...binding, project: raw.timezone === undefined ? { ...project, timezone: 'UTC' } : project };
}

function bindEnvironment(raw: RawProject['environments'][number]): Environment {
  return {
    id: raw.id,
    protected: raw.protected === true,
    waves: (raw.waves ?? []).map(({ percent, hold }) => ({
      parts: partsOf(percent) ?? 0,
      holdMs: durationMs(hold),
    })),
    freeze: (raw.freeze ?? []).map(({ from, to, reason }) => ({
      fromMs: instantMs(from) ?? 0,
      toMs: instantMs(to) ?? 0,
      reason,
    })),
  };
}

function withoutUndefined<Value extends object>(
  value: Value,
): { [Key in keyof Value]: Exclude<Value[Key], undefined> } {
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof Value]: Exclude<Value[Key], undefined> };
}

/**
 * A name one or two edits away from a reserved word would turn a typo of that word into a test of the attribute. The
 * reserved words themselves are allowed: their attributes are written `{ attribute: segment, … }` (sentence 17, 20).
 */
function checkAttributeName(binding: Binding, at: Path, name: string): void {
  if (BUILT_IN_ATTRIBUTES.has(name)) {
    report(binding, { at, onKey: true, code: 'built-in-name', sentence: `${shown(name)} is built in.` });
    return;
  }
  if (RESERVED_WORDS.includes(name)) return;
  const near = RESERVED_WORDS.find((word) => editDistance(name, word, 2) <= 2);
  if (near === undefined) return;
  const sentence = `${shown(name)} is within two edits of the reserved word "${near}".`;
  report(binding, { at, onKey: true, code: 'near-reserved-word', sentence });
}

function checkRepeated(binding: Binding, at: Path, values: readonly string[]): void {
  for (const [index, value] of values.entries()) {
    if (values.indexOf(value) === index) continue;
    report(binding, {
      at: [...at, index],
      code: 'repeated-id',
      sentence: `${shown(value)} is declared twice.`,
    });
  }
}

function checkEnvironments(binding: Binding, raw: RawProject): void {
  checkIds(binding, ['environments'], raw.environments);
  for (const [index, environment] of raw.environments.entries()) {
    const at = ['environments', index];
    checkWaves(binding, [...at, 'waves'], environment.waves ?? []);
    for (const [order, freeze] of (environment.freeze ?? []).entries()) {
      checkFreeze(binding, [...at, 'freeze', order], freeze);
    }
    if (environment.protected === true && environment.waves === undefined) {
      const sentence = `The protected environment ${shown(environment.id)} has no waves.`;
      report(binding, { at: [...at, 'id'], code: 'no-waves', sentence });
    }
  }
}

function checkWaves(binding: Binding, at: Path, waves: readonly { readonly percent: number }[]): void {
  let before = 0;
  for (const [index, { percent }] of waves.entries()) {
    if (partsOf(percent) === undefined) {
      const sentence = `${percent} has more than three decimals.`;
      report(binding, { at: [...at, index, 'percent'], code: 'percent-decimals', sentence });
    }
    if (percent <= before) {
      const sentence = `A wave of ${percent} % does not grow from ${before} %.`;
      report(binding, { at: [...at, index, 'percent'], code: 'stage-percent', sentence });
    }
    before = percent;
  }
}

function checkFreeze(binding: Binding, at: Path, freeze: { from: string; to: string }): void {
  const from = instantMs(freeze.from);
  const to = instantMs(freeze.to);
  if (from === undefined || to === undefined) {
    const field = from === undefined ? 'from' : 'to';
    const sentence = `${shown(freeze[field])} is a day or time that does not exist.`;
    report(binding, { at: [...at, field], code: 'bad-format', sentence });
  } else if (from >= to) {
    report(binding, {
      at: [...at, 'to'],
      code: 'wrong-order',
      sentence: 'The freeze ends before it begins.',
    });
  }
}
