import type { Condition, Flag, JsonValue } from '../model/index.js';
import { conditionsWithin } from './condition-walk.js';
import { type Path, type Problem, shown } from './problem.js';
import { variantsOf } from './references.js';

/**
 * Two misuses that can only be guessed, hence waivable (sentence 9).
 *
 * Config-shaped: a variant's value is a URL, host name, address, credential, time span or blob, or a field or a number
 * flag is named like a setting. Entitlement-shaped: a rule that gives something by plan, tier or subscription where
 * everyone else gets nothing and no rollout will ever change that, or an ops flag (which never expires) with a long
 * list of customers.
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

const CONFIG_TEXT: readonly (readonly [RegExp, string])[] = [
  [/^[a-z][a-z0-9+.-]*:\/\//i, 'a URL'],
  [
    /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+(com|net|org|io|dev|app|cloud|internal|local|localhost|lan|corp|example|svc|eu|no|de|uk)(:\d+)?(\/\S*)?$/i,
    'a host name',
  ],
  [/^(\d{1,3}\.){3}\d{1,3}(:\d+|\/\d+)?$/, 'an address'],
  [/^localhost(:\d+)?$/i, 'a host name'],
  [
    /-----BEGIN |^AKIA[0-9A-Z]{16}$|^gh[pousr]_\w{20,}|^sk[-_](live|test)[-_]|^xox[abp]-|^eyJ[\w-]+\.[\w-]+\./,
    'a credential',
  ],
  [/^\d+(\.\d+)?\s?(ms|s|sec|secs|seconds|m|min|minutes|h|hours)$/i, 'a time span'],
];

const CONFIG_WORDS: ReadonlySet<string> = new Set(
  'url uri host hostname endpoint port timeout ttl interval retries password passwd secret token apikey credential credentials dsn connection poolsize'.split(
    ' ',
  ),
);

const BLOB_LENGTH = 512;

function configProblems(flag: Flag): Problem[] {
  const problems: Problem[] = [];
  for (const { name, value } of flag.variants) {
    const why = whyConfigShaped(value);
    if (why !== undefined) {
      problems.push({
        at: ['variants', name],
        code: 'config-shaped',
        sentence: `The variant ${shown(name)} holds ${why}.`,
      });
    }
  }
  const word = flag.valueType === 'number' ? configWord(flag.key) : undefined;
  if (word !== undefined && problems.length === 0) {
    const sentence = `A number flag named after a setting ("${word}") is configuration.`;
    problems.push({ at: ['variants'], onKey: true, code: 'config-shaped', sentence });
  }
  return problems.slice(0, 1);
}

function whyConfigShaped(value: JsonValue): string | undefined {
  if (typeof value === 'string') {
    const text = value.trim();
    if (text.length > BLOB_LENGTH) return `a text of ${text.length} characters`;
    if (text.length > 80 && /^[A-Za-z0-9+/_-]+=*$/.test(text)) return 'encoded data';
    return CONFIG_TEXT.find(([pattern]) => pattern.test(text))?.[1];
  }
  if (Array.isArray(value)) return firstOf(value, whyConfigShaped);
  if (value === null || typeof value !== 'object') return undefined;
  return firstOf(Object.entries(value), ([key, inner]) => {
    const word = configWord(key);
    return word === undefined ? whyConfigShaped(inner) : `the setting ${shown(key)}`;
  });
}

function configWord(name: string): string | undefined {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  const pairs = words.map((word, index) => word + (words[index + 1] ?? ''));
  return [...words, ...pairs].find((word) => CONFIG_WORDS.has(word));
}

function firstOf<Item, Result>(
  items: readonly Item[],
  find: (item: Item) => Result | undefined,
): Result | undefined {
  for (const item of items) {
    const result = find(item);
    if (result !== undefined) return result;
  }
  return undefined;
}

const CONTRACT_WORDS: ReadonlySet<string> = new Set(
  'plan plans tier tiers subscription subscriptions subscribed license licence licensed edition entitlement entitlements entitled sku addon paid premium'.split(
    ' ',
  ),
);
const CUSTOMER_WORDS: ReadonlySet<string> = new Set(
  'id key account customer tenant org organisation organization company workspace user email'.split(' '),
);
/** Fewer pinned people or accounts than this are a pilot. */
const CUSTOMER_LIST = 10;

function entitlementProblems(flag: Flag): Problem[] {
  const problems: Problem[] = [];
  for (const [id, environment] of flag.environments) {
    const { rest, rollout } = environment;
    const othersGetNothing = rollout === undefined && 'serve' in rest && rest.serve === flag.safe;
    for (const [index, rule] of environment.rules.entries()) {
      const gives = variantsOf(rule.outcome).some((variant) => variant !== flag.safe);
      const why = gives ? whyEntitlementShaped(rule.when, { flag, othersGetNothing }) : undefined;
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

function whyEntitlementShaped(
  when: Condition,
  of: { flag: Flag; othersGetNothing: boolean },
): string | undefined {
  for (const condition of conditionsWithin(when)) {
    if (!('attribute' in condition)) continue;
    const words = wordsOf(condition.attribute);
    if (of.othersGetNothing && words.some((word) => CONTRACT_WORDS.has(word))) {
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

function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
}
