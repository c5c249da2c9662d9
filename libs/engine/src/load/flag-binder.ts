import type { Bucketing, Flag, FlagEnvironment, Project } from '../model/index.js';
import type { RawFlag } from '../schema/flag-schema.js';
import { instantMs } from './attribute-values.js';
import { type Binding, listOf, newBinding, report, reportUnknown, sortedEntries } from './binding.js';
import { bindEnvironment } from './environment-binder.js';
import { checkVariant, hasBucketing, nestBucketing } from './percentages.js';
import { shown } from './problem.js';
import { checkOwner } from './segment-binder.js';
import { bindVariants } from './variants-binder.js';

export interface BoundFlag extends Binding {
  readonly flag: Flag;
}

/** A flag file against its project; flags and segments that it names are checked once those are known. */
export function bindFlag(project: Project, file: { key: string; path: string }, raw: RawFlag): BoundFlag {
  const binding = newBinding(project);
  checkOwner(binding, ['owner'], raw.owner);
  checkDates(binding, raw);
  checkTags(binding, raw);
  const { valueType, variants } = bindVariants(binding, raw.variants);
  const names: ReadonlySet<string> = new Set(variants.map(({ name }) => name));
  checkVariant(binding, ['safe'], raw.safe, names);
  const archived = bindArchived(binding, raw, names);
  const outer: Bucketing = { by: ['targetingKey'], salt: file.key, algorithm: 'native' };
  const bucketing = nestBucketing(binding, [], outer, raw);
  const flag: Flag = {
    ...file,
    type: raw.type,
    owner: raw.owner,
    description: raw.description,
    ...(raw.expires === undefined ? {} : { expires: raw.expires }),
    ...(raw.review === undefined ? {} : { review: raw.review }),
    tags: raw.tags ?? [],
    links: raw.links ?? [],
    requires: bindRequires(binding, raw),
    essential: raw.essential === true,
    waive: new Map(
      Object.entries(raw.waive ?? {}).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
    valueType,
    variants,
    safe: raw.safe,
    environments: bindEnvironments(binding, raw, { variants: names, bucketing }),
    ...(archived === undefined ? {} : { archived }),
  };
  checkBucketingUse(binding, raw, flag);
  return { ...binding, flag };
}

/** Ops flags are reviewed, all others expire; an archived flag is past both (sentences 7 and 39). */
function checkDates(binding: Binding, raw: RawFlag): void {
  const [needed, wrong] =
    raw.type === 'ops' ? (['review', 'expires'] as const) : (['expires', 'review'] as const);
  if (raw[needed] === undefined && raw.archived === undefined) {
    const sentence = `"${needed}" is missing; a flag of type ${raw.type} needs it.`;
    report(binding, { at: [needed], onKey: true, code: 'missing-field', sentence });
  }
  if (raw[wrong] !== undefined) {
    const sentence = `A flag of type ${raw.type} has "${needed}" and no "${wrong}".`;
    report(binding, { at: [wrong], onKey: true, code: 'field-for-type', sentence });
  }
  for (const field of ['expires', 'review', 'archived'] as const) {
    const text = raw[field];
    if (text === undefined || instantMs(text) !== undefined) continue;
    report(binding, {
      at: [field],
      code: 'bad-format',
      sentence: `${shown(text)} is a day that does not exist.`,
    });
  }
}

function checkTags(binding: Binding, raw: RawFlag): void {
  const { tags } = binding.project;
  for (const [index, tag] of (raw.tags ?? []).entries()) {
    const at = ['tags', index];
    if (!tags.includes(tag))
      reportUnknown(binding, at, { code: 'unknown-tag', noun: 'tag', wrong: tag, known: tags });
    if (raw.tags!.indexOf(tag) !== index) {
      report(binding, { at, code: 'repeated-id', sentence: `The tag ${shown(tag)} occurs twice.` });
    }
  }
}

function bindArchived(binding: Binding, raw: RawFlag, variants: ReadonlySet<string>): Flag['archived'] {
  if (raw.archived === undefined) {
    if (raw.serve !== undefined) {
      const sentence = 'A top-level serve belongs to an archived flag; "archived" is missing.';
      report(binding, { at: ['serve'], onKey: true, code: 'archived-shape', sentence });
    }
    return undefined;
  }
  for (const field of ['environments', 'requires'] as const) {
    if (raw[field] === undefined) continue;
    report(binding, {
      at: [field],
      onKey: true,
      code: 'archived-shape',
      sentence: `An archived flag has no "${field}".`,
    });
  }
  if (raw.serve === undefined) {
    report(binding, {
      at: ['archived'],
      code: 'archived-shape',
      sentence: 'An archived flag needs a top-level serve.',
    });
    return undefined;
  }
  checkVariant(binding, ['serve'], raw.serve, variants);
  return { date: raw.archived, serve: raw.serve };
}

function bindRequires(binding: Binding, raw: RawFlag): Flag['requires'] {
  return sortedEntries(raw.requires).map(([flag, value]) => {
    const variants = listOf(value);
    binding.references.push({ to: 'flag', key: flag, variants, at: ['requires', flag] });
    return { flag, variants };
  });
}

function bindEnvironments(
  binding: Binding,
  raw: RawFlag,
  scope: { variants: ReadonlySet<string>; bucketing: Bucketing },
): ReadonlyMap<string, FlagEnvironment> {
  const bound = new Map<string, FlagEnvironment>();
  const known = binding.project.environments.map(({ id }) => id);
  for (const [id, environment] of sortedEntries(raw.environments)) {
    const at = ['environments', id];
    if (!known.includes(id)) {
      reportUnknown(binding, at, {
        code: 'unknown-environment',
        noun: 'environment',
        wrong: id,
        known,
        onKey: true,
      });
    }
    bound.set(id, bindEnvironment(binding, at, environment, scope));
  }
  return bound;
}

function checkBucketingUse(binding: Binding, raw: RawFlag, flag: Flag): void {
  if (!hasBucketing(raw)) return;
  const divides = [...flag.environments.values()].some(
    ({ rules, rollout, rest }) =>
      rollout !== undefined ||
      'split' in rest ||
      rules.some(({ share, outcome }) => share !== undefined || 'split' in outcome),
  );
  if (divides) return;
  const field = (['by', 'salt', 'bucketing'] as const).find((name) => raw[name] !== undefined)!;
  const sentence = `"${field}" is given, but the flag decides nothing by percentage.`;
  report(binding, { at: [field], onKey: true, code: 'unused-bucketing', sentence });
}
