import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { sourceFile } from '../language/scenario.js';
import { load } from './load.js';

const PAGE = readFileSync(new URL('../../../../docs/rollouts.md', import.meta.url), 'utf8');

/** The YAML blocks of the page, by what stands above each. */
function blocks(kind: string): string[] {
  return [...PAGE.matchAll(/<!-- (\w+) -->\n```yaml\n([\s\S]*?)```/g)].flatMap(([, of, text]) =>
    of === kind ? [text as string] : [],
  );
}

it('shows files that load without a finding, and a test file that passes', () => {
  const [project] = blocks('project');
  const [checkout, trial] = blocks('flag');
  const [tests] = blocks('test');
  const files = [
    sourceFile('guidon.yaml', project as string),
    sourceFile('checkout.yaml', checkout as string),
    sourceFile('trial.yaml', trial as string),
    sourceFile('checkout.test.yaml', tests as string),
  ];
  const { findings, snapshot } = load({ files, nowMs: Date.UTC(2026, 10, 25) });
  // The second flag is there to be looked at and has no tests.
  expect(findings.map(({ path, code }) => `${path} ${code}`)).toEqual(['trial.yaml rollout-untested']);
  expect(snapshot?.tests.get('checkout')?.cases).toHaveLength(3);
  expect(snapshot?.project.plans.get('careful')?.guards.map(({ type }) => type)).toEqual([
    'ratio',
    'latency',
    'ceiling',
    'prometheus',
  ]);
});

it('has no YAML block that nothing checks', () => {
  const all = [...PAGE.matchAll(/```yaml/g)].length;
  expect(all).toBe(['project', 'flag', 'test'].flatMap(blocks).length);
});
