import type { Condition } from '../model/index.js';

/** How many values of a list are worth reading. */
const MOST_SHOWN = 5;

/** A condition that holds no other, in words close to those of the file. */
export function conditionText(condition: Condition): string {
  switch (condition.op) {
    case 'all':
      return 'all of';
    case 'any':
      return 'any of';
    case 'not':
      return 'not';
    case 'segment':
      return `segment ${condition.any.join(' or ')}`;
    case 'flag':
      return `flag ${condition.flag} serves ${condition.variants.join(' or ')}`;
    case 'exists':
      return `${condition.attribute} ${condition.exists ? 'exists' : 'does not exist'}`;
    case 'boolean':
      return `${condition.attribute} is ${condition.is}`;
    case 'date':
      return `${condition.attribute} ${WORDS[condition.test]} ${new Date(condition.value).toISOString()}`;
    case 'ip':
      return `${condition.attribute} in ${listed(condition.in)}`;
    case 'string': {
      const manner = condition.ignoreCase === true ? ', whatever the case' : '';
      return `${condition.attribute} ${testOf(condition.test, condition.values)}${manner}`;
    }
    case 'number':
    case 'semver':
      return `${condition.attribute} ${testOf(condition.test, condition.values)}`;
  }
}

const WORDS: { readonly [test: string]: string } = {
  lt: 'is less than',
  lte: 'is at most',
  gt: 'is more than',
  gte: 'is at least',
  startsWith: 'starts with',
  endsWith: 'ends with',
  contains: 'contains',
  matches: 'matches',
};

function testOf(test: string, values: readonly (string | number)[]): string {
  if (test === 'in') return values.length === 1 ? `is ${shown(values[0])}` : `in ${listed(values)}`;
  const word = WORDS[test] ?? test;
  return values.length === 1 ? `${word} ${shown(values[0])}` : `${word} one of ${listed(values)}`;
}

function listed(values: readonly (string | number)[]): string {
  const head = values.slice(0, MOST_SHOWN).map(shown).join(', ');
  return values.length > MOST_SHOWN ? `[${head} and ${values.length - MOST_SHOWN} more]` : `[${head}]`;
}

function shown(value: string | number | undefined): string {
  return typeof value === 'string' && !/^[\w.@:/+-]+$/.test(value) ? JSON.stringify(value) : String(value);
}
