import { load } from '@guidon/engine/load';
import type { Condition } from '@guidon/engine/model';
import { flagFile, projectFile, sourceFiles } from '@guidon/testkit';
import { expect, it } from '@jest/globals';
import { people } from './condition-words.js';

const PROJECT = projectFile().replace(
  '  orders: number\n',
  '  orders: number\n  appVersion: semver\n  clientIp: ip\n  employee: boolean\n  email: string\n  signedUpAt: date\n  platform: [ios, android]\n',
);
const SEGMENT = 'owner: payments\ndescription: Some people\nwhen: { orders: 1 }\n';

/** The condition as `load` makes it of YAML. */
function conditionOf(when: string): Condition {
  const rule = `  development:\n    rules: [{ id: r, when: ${when}, serve: on }]\n    serve: off`;
  const { snapshot, findings } = load({
    files: sourceFiles({
      'guidon.yaml': PROJECT,
      'segments/staff.yaml': SEGMENT,
      'b.yaml': flagFile(),
      'a.yaml': flagFile().replace('  development: on', rule),
    }),
    nowMs: 0,
  });
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  return snapshot!.flags.get('a')!.environments.get('development')!.rules[0]!.when;
}

it.each([
  [
    '{ country: ["NO", SE], appVersion: { gte: 2.10.0 } }',
    'whose app version is 2.10.0 or newer and whose country is Norway or Sweden',
  ],
  ['{ country: XX }', 'whose country is XX'],
  ['{ orders: { gte: 5, lt: 50 } }', 'with orders of at least 5 and below 50'],
  ['{ orders: [1, 2, 3] }', 'with orders of exactly 1, 2 or 3'],
  ['{ employee: true }', 'for whom employee is true'],
  [
    '{ email: { endsWith: ["@a.example", "@b.example"], ignoreCase: true } }',
    'whose email ends with "@a.example" or "@b.example" (in any case)',
  ],
  ['{ email: { matches: "^a+$" } }', 'whose email matches the pattern "^a+$"'],
  ['{ email: { exists: false } }', 'whose email is not known'],
  ['{ signedUpAt: { lt: 2024-01-01 } }', 'whose signed up date is before 2024-01-01'],
  ['{ now: { gte: 2026-12-05T10:00:00+01:00 } }', 'not before 2026-12-05 09:00 UTC'],
  [
    '{ now: { lt: 2026-12-21 }, email: { contains: "+x", endsWith: ".no" }, employee: true }',
    'whose email contains "+x" and ends with ".no" and for whom employee is true, before 2026-12-21',
  ],
  ['{ clientIp: 192.0.2.0/24 }', 'whose client ip is in 192.0.2.0/24'],
  ['{ platform: ios }', 'whose platform is ios'],
  ['{ targetingKey: [u-17, u-99] }', 'whose targeting key is u-17 or u-99'],
  ['{ segment: staff }', 'in the segment staff'],
  ['{ not: { segment: staff } }', 'not in the segment staff'],
  ['{ flag: { b: on } }', 'for whom b is "on"'],
  ['{ not: { employee: true } }', 'other than those for whom employee is true'],
  [
    '{ any: [{ employee: true }, { orders: 5, country: "NO" }], platform: ios }',
    '(either for whom employee is true or (whose country is Norway and with orders of exactly 5)) and whose platform is ios',
  ],
  [
    '{ country: [DK, FI, IS, "NO", SE, DE, FR, GB] }',
    'whose country is Denmark, Finland, Iceland, Norway, Sweden or 3 others',
  ],
])('says %s in words', (when, words) => {
  expect(people(conditionOf(when))).toBe(`people ${words}`);
});
