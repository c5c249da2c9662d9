import { expect, it } from '@jest/globals';
import { change, release } from '../language/scenario.js';

const production = (body: string) => ({ 'a.yaml': release(`environments:\n  production:${body}\n`) });
const OFF = production(' off');

it('counts a new rule that names nobody in particular as everyone', () => {
  const rule = (when: string) =>
    production(`\n    rules: [{ id: r, when: ${when}, serve: on }]\n    serve: off`);
  expect(change(OFF, rule('{ targetingKey: { exists: true } }')).errors).toEqual(['a.yaml percent-jump']);
  expect(change(OFF, rule('{ orders: { gte: 0 } }')).errors).toEqual(['a.yaml percent-jump']);
  expect(change(OFF, rule('{ targetingKey: [u-1, u-2] }')).errors).toEqual([]);
  expect(change(OFF, rule('{ segment: staff, orders: { gte: 0 } }')).errors).toEqual([]);
});

it('counts a rule whose condition loses what it names as everyone', () => {
  const rule = (when: string) =>
    production(`\n    rules: [{ id: r, when: ${when}, serve: on }]\n    serve: off`);
  const widened = change(
    rule('{ email: ada@acme.example, orders: { gte: 0 } }'),
    rule('{ orders: { gte: 0 } }'),
  );
  expect(widened.errors).toEqual(['a.yaml percent-jump']);
});

it('sees another safe variant as the jump that it is', () => {
  const turned = change(OFF, {
    'a.yaml': release('environments: { production: on }\n').replace('safe: off', 'safe: on'),
  });
  expect(turned.errors).toEqual(['a.yaml percent-jump']);
});

it('lets a small step and any step toward safe pass', () => {
  const split = (on: number) => production(` { split: { on: ${on}, off: ${100 - on} } }`);
  expect(change(split(90), split(100)).errors).toEqual([]);
  expect(change(split(90), split(1)).errors).toEqual([]);
  expect(change(split(1), split(90)).result.findings[0]).toMatchObject({
    line: 7,
    pointer: '/environments/production/split',
  });
});
