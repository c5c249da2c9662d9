import { type Condition, type Flag, type JsonValue, type Rule, TOTAL_PARTS } from '../model/index.js';
import { conditionsWithin } from './condition-walk.js';
import {
  CONFIG_TEXT,
  CONFIG_UNITS,
  CONFIG_WORDS,
  CONTRACT_WORDS,
  CUSTOMER_WORDS,
  wordsOf,
} from './misuse-words.js';
import { type Path, type Problem, shown } from './problem.js';
import { variantsOf } from './references.js';

/**
 * Two misuses that can only be guessed, hence waivable (sentence 9).
 *
 * Config-shaped: a variant's value is a URL, host name, address, path, credential, time span, schedule or blob, or a field
 * or a number flag is named like a setting. Entitlement-shaped: a rule that gives something by plan, tier or
 * subscription where everyone else gets nothing and no rollout will ever change that, or an ops flag (which never
 * expires) with a long list of customers. docs/misuse.md tells it to users; misuse.spec.ts measures it.
 */
export function heuristicProblems(flag: Flag): readonly Problem[] {
  const known = found.get(flag);
  if (known !== undefined) return known;
  const problems = flag.archived === undefined ? [...configProblems(flag), ...entitlementProblems(flag)] : [];
  found.set(flag, problems);
  return problems;
}

/** They depend on the flag alone, and most flags are the same object from one revision to the next. */
const found = new WeakMap<Flag, readonly Problem[]>();

const BLOB_LENGTH = 512;
/** More values than this in one variant are a settings file. */
const MOST_VALUES = 20;
/** So many are told of one flag, and of one of its variants. */
const MOST_TOLD = 10;

function configProblems(flag: Flag): Problem[] {
  const problems: Problem[] = [];
  for (const { name, value } of flag.variants) {
    const inside = [...new Set(configWithin(value))];
    if (inside.length > 0) {
      problems.push({
        at: ['variants', name],
        code: 'config-shaped',
        sentence: `The variant ${shown(name)} holds ${listed(inside)}.`,
      });
    }
  }
  const word = flag.valueType === 'number' ? configWord(flag.key) : undefined;
  if (word !== undefined && problems.length === 0) {
    const sentence = `A number flag named after a setting ("${word}") is configuration.`;
    problems.push({ at: ['variants'], onKey: true, code: 'config-shaped', sentence });
  }
  return bounded(problems);
}

/** Each, so that nobody mends one only to be told of the next; but not pages of them for one flag. */
function bounded(problems: readonly Problem[]): Problem[] {
  const told = problems.slice(0, MOST_TOLD);
  const last = told.at(-1);
  const more = problems.length - told.length;
  if (last === undefined || more === 0) return told;
  return [...told.slice(0, -1), { ...last, sentence: `${last.sentence} And ${more} more hold the like.` }];
}

function listed(kinds: readonly string[]): string {
  const more = kinds.length - MOST_TOLD;
  const told = more > 0 ? [...kinds.slice(0, MOST_TOLD), `${more} more`] : kinds;
  return told.length === 1 ? (told[0] as string) : `${told.slice(0, -1).join(', ')} and ${told.at(-1)}`;
}

/** What in a value is configuration, by kind or name and never by its text, which may be a secret. */
function configWithin(value: JsonValue): string[] {
  if (typeof value === 'string') {
    const text = value.trim();
    if (text.length > BLOB_LENGTH) return [`a text of ${text.length} characters`];
    if (text.length > 80 && /^[A-Za-z0-9+/_-]+=*$/.test(text)) return ['encoded data'];
    const kind = CONFIG_TEXT.find(([pattern]) => pattern.test(text))?.[1];
    return kind === undefined ? [] : [kind];
  }
  if (Array.isArray(value)) return value.flatMap(configWithin);
  if (value === null || typeof value !== 'object') return [];
  const count = leavesOf(value);
  if (count > MOST_VALUES) return [`a map of ${count} values`];
  return Object.entries(value).flatMap(([key, inner]) =>
    configWord(key) === undefined ? configWithin(inner) : [`the setting ${shown(key)}`],
  );
}

function leavesOf(value: JsonValue): number {
  if (value === null || typeof value !== 'object') return 1;
  return Object.values(value).reduce((sum: number, inner) => sum + leavesOf(inner as JsonValue), 0);
}

function configWord(name: string): string | undefined {
  const words = wordsOf(name);
  const last = words.at(-1) as string;
  if (words.length > 1 && CONFIG_UNITS.has(last)) return last;
  const pairs = words.map((word, index) => word + (words[index + 1] ?? ''));
  return [...words, ...pairs].find((word) => CONFIG_WORDS.has(word));
}

/** Fewer pinned people or accounts than this are a pilot. */
const CUSTOMER_LIST = 10;

function entitlementProblems(flag: Flag): Problem[] {
  const problems: Problem[] = [];
  for (const [id, environment] of flag.environments) {
    const { rest, rollout } = environment;
    const othersGetNothing = rollout === undefined && 'serve' in rest && rest.serve === flag.safe;
    for (const [index, rule] of environment.rules.entries()) {
      const why = gives(rule, flag)
        ? whyEntitlementShaped(rule.when, {
            flag,
            othersGetNothing: othersGetNothing && isForAll(rule, flag),
          })
        : undefined;
      if (why === undefined) continue;
      const at: Path = ['environments', id, 'rules', index, 'when'];
      problems.push({
        at,
        onKey: true,
        code: 'entitlement-shaped',
        sentence: `Rule ${shown(rule.id)} ${why}.`,
      });
    }
  }
  return problems.slice(0, 1);
}

function gives({ outcome }: Rule, flag: Flag): boolean {
  return variantsOf(outcome).some((variant) => variant !== flag.safe);
}

/** A share of the customers of a plan is a trial run, and an experiment among them a measurement. */
function isForAll({ share, outcome }: Rule, flag: Flag): boolean {
  const isMeasured = flag.type === 'experiment' && 'split' in outcome;
  return !isMeasured && (share === undefined || share.parts >= TOTAL_PARTS);
}

function whyEntitlementShaped(
  when: Condition,
  of: { flag: Flag; othersGetNothing: boolean },
): string | undefined {
  for (const condition of conditionsWithin(when)) {
    if (condition.op === 'segment') {
      const name = of.othersGetNothing ? condition.any.find(isContract) : undefined;
      if (name !== undefined)
        return `gives something to the segment ${shown(name)}, and nobody else will ever get it`;
    }
    if (!('attribute' in condition)) continue;
    const words = wordsOf(condition.attribute);
    if (of.othersGetNothing && isContract(condition.attribute)) {
      return `gives something by ${shown(condition.attribute)}, and nobody else will ever get it`;
    }
    const isList =
      condition.op === 'string' && condition.test === 'in' && condition.values.length > CUSTOMER_LIST;
    if (isList && of.flag.type === 'ops' && words.some((word) => CUSTOMER_WORDS.has(word))) {
      return `lists ${condition.values.length} values of ${shown(condition.attribute)} in a flag that never expires`;
    }
  }
  return undefined;
}

function isContract(name: string): boolean {
  return wordsOf(name).some((word) => CONTRACT_WORDS.has(word));
}
