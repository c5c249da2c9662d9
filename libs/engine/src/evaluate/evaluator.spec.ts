import { describe, expect, it } from '@jest/globals';
import { flag, flagWhen, view } from '../../test/build-ruleset.js';
import type { RulesetFlag } from '../model/index.js';
import { createEvaluator } from './evaluator.js';

const serving = (type: RulesetFlag['type'], value: RulesetFlag['variants'][number][1]): RulesetFlag =>
  flag({ type, variants: [['v', value]], safe: 'v', rest: { serve: 'v' } });

describe('createEvaluator', () => {
  const compiled = view(
    {
      truth: serving('boolean', true),
      text: serving('string', ''),
      number: serving('number', 0),
      object: serving('object', { a: 1 }),
      timed: flagWhen({ op: 'segment', any: ['later'] }),
      above: flag({ rest: { serve: 'on' }, requires: [{ flag: 'timed', variants: ['on'] }] }),
    },
    { later: { op: 'date', attribute: 'now', test: 'gte', value: 500 } },
  );

  it('gives a value of the wanted type, else the fallback', () => {
    const direct = createEvaluator(() => 0);
    expect(direct.boolean(compiled, 'truth', {}, false)).toBe(true);
    expect(direct.string(compiled, 'text', {}, 'fallback')).toBe('');
    expect(direct.number(compiled, 'number', {}, 9)).toBe(0);
    expect(direct.object(compiled, 'object', {}, {})).toEqual({ a: 1 });
    expect(direct.boolean(compiled, 'text', {}, true)).toBe(true);
    expect(direct.string(compiled, 'number', {}, 'fallback')).toBe('fallback');
    expect(direct.number(compiled, 'truth', {}, 9)).toBe(9);
    expect(direct.object(compiled, 'text', {}, null)).toBeNull();
    expect(direct.boolean(compiled, 'nowhere', {}, true)).toBe(true);
    expect(direct.details(compiled, 'nowhere', {}).errorCode).toBe('FLAG_NOT_FOUND');
  });

  it('reads the clock only where an answer depends on it, through segments and requirements too', () => {
    let readings = 0;
    const direct = createEvaluator(() => {
      readings++;
      return 1000;
    });
    direct.boolean(compiled, 'truth', {}, false);
    expect(readings).toBe(0);
    expect(direct.boolean(compiled, 'timed', {}, false)).toBe(true);
    expect(direct.boolean(compiled, 'above', {}, false)).toBe(true);
    expect(readings).toBe(2);
  });
});
