import { describe, expect, it } from '@jest/globals';
import { type Label, type LabelledFlag, MISUSE_CORPUS } from '../../test/misuse-corpus.js';
import { PROJECT, STAFF, scenario } from '../language/scenario.js';

const ATTRIBUTES = `attributes:
  accountId: string
  addons: string
  appVersion: semver
  billingPlan: string
  country: string
  email: string
  flightPlan: string
  isPaying: boolean
  level: string
  licence: string
  platform: string
  subscriptionTier: string
  tenant: string
`;
const FILES = {
  'guidon.yaml': PROJECT.replace(/^attributes:\n( {2}.*\n)+/m, ATTRIBUTES),
  'segments/premium-subscribers.yaml': STAFF,
  'segments/paying-customers.yaml': STAFF,
  'segments/beta-testers.yaml': STAFF,
};
const MISUSE = ['config', 'entitlement'] as const;

/** What lint takes the flag for; nothing else may be wrong with it. */
function taken({ key = 'sample', type = 'release', more }: LabelledFlag): Label {
  const date = type === 'ops' ? 'review' : 'expires';
  const head = `type: ${type}\nowner: payments\ndescription: A flag\n${date}: 2027-02-01\nsafe: off\n`;
  const found = codesFor(`${key}.yaml`, head + more);
  expect([more, found.filter((code) => !/-shaped$/.test(code))]).toEqual([more, []]);
  const [first] = found;
  return first === undefined ? 'fine' : (first.replace('-shaped', '') as Label);
}

function codesFor(path: string, text: string): string[] {
  return scenario({ ...FILES, [path]: text })
    .errors.filter((error) => error.startsWith(`${path} `))
    .map((error) => error.slice(path.length + 1));
}

describe('the heuristics for misuse', () => {
  const judged = MISUSE_CORPUS.map((flag) => ({ ...flag, taken: taken(flag) }));

  it('find most misuse and accuse few others, on flags labelled by hand', () => {
    const rows = MISUSE.map((kind) => {
      const right = judged.filter((one) => one.taken === kind && one.label === kind).length;
      const accused = judged.filter((one) => one.taken === kind).length;
      const guilty = judged.filter((one) => one.label === kind).length;
      return { kind, guilty, accused, right, precision: right / accused, recall: right / guilty };
    });
    const wrong = judged.filter((one) => one.taken !== one.label);
    console.log(
      [
        `${judged.length} labelled flags`,
        ...rows.map(
          ({ kind, guilty, right, accused, precision, recall }) =>
            `${kind}: precision ${percent(precision)} (${right} of ${accused}), recall ${percent(recall)} (${right} of ${guilty})`,
        ),
        ...wrong.map((one) => `  ${one.label}, taken for ${one.taken}: ${one.what}`),
      ].join('\n'),
    );
    expect(judged.length).toBeGreaterThanOrEqual(40);
    for (const { precision, recall } of rows) {
      expect(precision).toBeGreaterThanOrEqual(0.85);
      expect(recall).toBeGreaterThanOrEqual(0.85);
    }
  });

  it('let every accused flag pass with a reason', () => {
    for (const flag of judged.filter((one) => one.taken !== 'fine')) {
      const waive = `waive: { ${flag.taken}-shaped: We know }\n`;
      expect([flag.what, taken({ ...flag, more: waive + flag.more })]).toEqual([flag.what, 'fine']);
    }
  });
});

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
