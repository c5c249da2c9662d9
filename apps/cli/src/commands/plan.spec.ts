import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGitRemote, flagFile, type GitRemote, projectFile } from '@guidon/testkit';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createIo } from '../../test/create-io.js';
import type { PlanDocument } from '../plan/plan-document.js';
import { runCli } from '../run-cli.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

const PLANS =
  'plans:\n  careful: { stages: [{ id: few, percent: 5, hold: 1h }, { id: full, percent: 100, hold: 24h }], guards: [{ id: errors, type: ratio, outcome: http.error, onAlarm: rollback }], holdout: 1 }\n';
const PROJECT = `${projectFile()}${PLANS}`;
const HEAD = flagFile().split('environments:')[0] as string;
const FLAG = 'flags/checkout.yaml';

/** A release flag that says this in production. */
function saying(production: string, more = ''): string {
  return `${HEAD}${more}environments:\n  production:\n${production.replaceAll(/^/gm, '    ')}\n`;
}

const RULE = (percent: number) =>
  `rules:\n  - { id: buyers, when: { orders: { gte: 1 } }, percent: ${percent}, serve: on }`;
const TENTH = saying(`${RULE(10)}\nserve: off`);

describe('guidon plan', () => {
  let remote: GitRemote;
  beforeEach(async () => {
    remote = await createGitRemote({ files: { 'flags/guidon.yaml': PROJECT, [FLAG]: TENTH } });
    await remote.person.git('fetch', '--quiet', 'origin');
    await remote.person.git('remote', 'set-head', 'origin', 'main');
    await remote.person.git('checkout', '--quiet', '-b', 'feature');
  });

  async function plan(...args: string[]) {
    const cwd = remote.person.folder;
    const io = createIo(['plan', ...args], { cwd });
    const code = await runCli(io);
    const json = createIo(['plan', ...args, '--json'], { cwd });
    expect(await runCli(json)).toBe(code);
    const document = code === 2 ? undefined : (JSON.parse(json.written.out) as PlanDocument);
    return { code, text: io.written.out + io.written.err, document };
  }

  async function lint(base: string): Promise<[code: number, printed: string]> {
    const io = createIo(['lint', '--base', base], { cwd: remote.person.folder });
    return [await runCli(io), io.written.out];
  }

  /** Of 1,000 people 800 have bought something, 700 live in Norway. */
  function writePeople(): void {
    const people = Array.from({ length: 1_000 }, (_, i) => ({
      targetingKey: `u-${i}`,
      orders: i % 5 === 0 ? 0 : 3,
      country: i % 10 < 7 ? 'NO' : 'SE',
    }));
    const lines = people.map((one) => JSON.stringify(one)).join('\n');
    writeFileSync(join(remote.person.folder, 'people.jsonl'), lines);
  }

  it('reports one more zero as ten times as many, says how many users, and blocks it by policy', async () => {
    writePeople();
    await remote.person.write(FLAG, TENTH.replace('percent: 10,', 'percent: 100,'));
    const { code, text, document } = await plan('--contexts', 'people.jsonl');
    expect(code).toBe(1);
    expect(text).toContain(
      'people with orders of at least 1: "on" for 10 % → 100 % of them, ten times as many.',
    );
    expect(text).toMatch(/measured: 7[12]\.?\d* % of users get something else/);
    expect(text).toContain('policy: limits.jumpPoints is 10 (flags/guidon.yaml:12)');
    expect(text).toContain('instead: Go by a rollout');
    const [block, ...others] = document!.blocks;
    expect(others).toEqual([]);
    expect(block).toMatchObject({
      code: 'percent-jump',
      flag: 'checkout',
      environment: 'production',
      line: 9,
    });
    const [production] = document!.flags[0]!.environments;
    const { changed, pairs } = production!.measured!;
    // Nine tenths of the 800 who have bought, give or take how their keys fall.
    expect(changed.percent).toBeGreaterThan(69);
    expect(changed.percent).toBeLessThan(75);
    expect(changed.low).toBeLessThan(changed.percent);
    expect(changed.high).toBeGreaterThan(changed.percent);
    expect(pairs).toMatchObject([{ from: 'off', to: 'on', percent: changed.percent }]);
    expect(production!.shifts[0]).toMatchObject({
      rule: 'buyers',
      before: { on: 10 },
      after: { on: 100 },
      moved: 90,
    });
  });

  it('lets the same change pass inside a rollout plan, and tells its stages', async () => {
    writePeople();
    await remote.person.write(FLAG, saying(`${RULE(10)}\nrollout: { to: on, plan: careful }\nserve: off`));
    const { code, text, document } = await plan('--contexts', 'people.jsonl');
    expect(code).toBe(0);
    expect(text).toContain(
      'Rolls out to "on" by the plan careful in 2 stages. 1 % are held out until it is done.',
    );
    expect(document).toMatchObject({ verdict: 'fine', blocks: [] });
    // What a sample does not show may still be: the upper end says how much of it.
    expect(text).toContain('measured: nobody gets anything else (0 % to 0.38 %)');
    const { changed } = document!.flags[0]!.environments[0]!.measured!;
    expect([changed.percent, changed.high.toFixed(2)]).toEqual([0, '0.38']);
    expect(text).toContain('measured, when the rollout is done: 92.1 % of users get something else');
  });

  it('blocks a narrow rule that in truth takes most people, which no file can show', async () => {
    writePeople();
    const narrow = TENTH.replace(
      '    serve: off',
      '      - { id: north, when: { country: "NO" }, serve: on }\n    serve: off',
    );
    await remote.person.write(FLAG, narrow);
    expect(await plan()).toMatchObject({ code: 0 });
    const { code, text, document } = await plan('--contexts', 'people.jsonl');
    expect(code).toBe(1);
    expect(document!.blocks).toMatchObject([
      { code: 'measured-jump', flag: 'checkout', environment: 'production' },
    ]);
    expect(text).toMatch(
      /checkout in the protected environment production: "on" goes from \S+ % to 7\S+ % of the contexts/,
    );
    expect(text).toContain('New rule north: people whose country is Norway get "on".');
    await remote.person.write(
      FLAG,
      narrow.replace('safe: off', 'safe: off\nwaive: { percent-jump: Norway was promised }'),
    );
    const waived = await plan('--contexts', 'people.jsonl');
    expect(waived).toMatchObject({
      code: 0,
      document: { waived: [{ code: 'percent-jump', flag: 'checkout' }] },
    });
    expect(waived.text).toContain('Waives percent-jump from now on: "Norway was promised".');
    expect(waived.text).toContain(
      'percent-jump waived by checkout: Norway was promised\n  checkout in the prot',
    );
    expect(waived.text).toContain('1 finding waived');
  });

  it('says of one environment where else something stands in the way', async () => {
    await remote.person.write(FLAG, TENTH.replace('percent: 10,', 'percent: 100,'));
    const { code, text } = await plan('--env', 'development');
    expect(code).toBe(1);
    expect(text).toContain(
      'Blocked: no flag changes in development; 1 reason against it, of production, which is not told of here.',
    );
  });

  it('names a waiver of earlier that lets this change pass', async () => {
    const old = (percent: number) =>
      saying(`${RULE(percent)}\nserve: off`, 'waive: { percent-jump: Once agreed }\n');
    await remote.person.write(FLAG, old(10));
    await remote.person.commit('Waive');
    await remote.person.write(FLAG, old(100));
    const { code, text, document } = await plan('HEAD');
    expect(code).toBe(0);
    expect(document!.waived).toEqual([
      {
        ...{ code: 'percent-jump', flag: 'checkout', reason: 'Once agreed' },
        sentence: expect.stringContaining('"on" jumps from 10 to 100 percent'),
      },
    ]);
    expect(text).toContain('percent-jump waived by checkout: Once agreed');
  });

  it('lets a revert pass by what was measured too, though the file was edited since', async () => {
    writePeople();
    const edited = (percent: number) =>
      saying(`${RULE(percent)}\nserve: off`).replace('A flag for a test', 'Edited');
    for (const text of [saying(`${RULE(100)}\nserve: off`), TENTH, edited(10)]) {
      await remote.person.write(FLAG, text);
      await remote.person.commit('Another step');
    }
    await remote.person.write(FLAG, edited(100));
    expect(await plan('HEAD', '--contexts', 'people.jsonl')).toMatchObject({
      ...{ code: 0, document: { blocks: [], flags: [{ flag: 'checkout' }] } },
    });
    const other = edited(100).replace(
      '    serve: off',
      '      - { id: north, when: { country: "NO" }, serve: on }\n    serve: off',
    );
    await remote.person.write(FLAG, other);
    expect(await plan('HEAD', '--contexts', 'people.jsonl')).toMatchObject({
      ...{ code: 1, document: { blocks: [{ code: 'measured-jump' }] } },
    });
  });

  it('tells broken files first, and what a server would keep of them', async () => {
    await remote.person.write(FLAG, TENTH.replace('serve: off', 'serve: of'));
    await remote.person.write('flags/second.yaml', flagFile());
    const { code, text, document } = await plan();
    expect(code).toBe(1);
    expect(text.indexOf('flags/checkout.yaml')).toBeLessThan(text.indexOf('Compared with'));
    expect(document).toMatchObject({ frozen: ['checkout.yaml'], verdict: 'blocked' });
    expect(document!.flags.map(({ flag, status }) => [flag, status])).toEqual([['second', 'added']]);
  });

  it('fails in a freeze unless the change goes toward safe', async () => {
    const freeze = '{ from: 2026-11-20T00:00:00Z, to: 2026-12-01T00:00:00Z, reason: Black Friday week }';
    const frozen = PROJECT.replace('protected: true', `protected: true, freeze: [${freeze}]`);
    await remote.person.write('flags/guidon.yaml', frozen);
    await remote.person.commit('Freeze');
    await remote.person.write(FLAG, TENTH.replace('gte: 1 ', 'gte: 2 '));
    const { code, text } = await plan('HEAD');
    expect(code).toBe(1);
    expect(text).toContain(
      'production is frozen until 2026-12-01 (Black Friday week), and checkout would change there',
    );
    expect(text).toContain('policy: environments.production.freeze (flags/guidon.yaml:5)');
    expect(await plan('HEAD', '--now', '2026-12-01T00:00:00Z')).toMatchObject({ code: 0 });
    for (const safer of [
      saying(`${RULE(5)}\nserve: off`),
      saying('serve: off'),
      TENTH.replace(/production:[\s\S]*/, 'production: off\n'),
    ]) {
      await remote.person.write(FLAG, safer);
      expect(await plan('HEAD')).toMatchObject({
        code: 0,
        document: { blocks: [], flags: [{ flag: 'checkout' }] },
      });
    }
    // Lifting it in the same change lifts nothing, and what is told of it is where it stands on the base.
    await remote.person.write('flags/guidon.yaml', PROJECT);
    await remote.person.write(FLAG, TENTH.replace('gte: 1 ', 'gte: 2 '));
    const lifted = await plan('HEAD');
    expect(lifted.text).toContain(`policy: environments.production.freeze (flags/guidon.yaml:5 on the base)`);
    expect(lifted.code).toBe(1);
    await remote.person.write('flags/guidon.yaml', `# Ours\n${frozen}`);
    expect((await plan('HEAD')).text).toContain('(flags/guidon.yaml:5 on the base)');
  });

  it('says what would wait for a person after the merge, and does not fail for it', async () => {
    await remote.person.write('flags/guidon.yaml', PROJECT.replace('jumpPoints: 10', 'jumpPoints: 50'));
    const { code, text, document } = await plan();
    expect(code).toBe(0);
    expect(document!.holds).toMatchObject([{ kind: 'protection-change' }]);
    expect(text).toContain('waits for a person protection-change');
  });

  it('leaves to the server whether a rollout that is taken out had reached everyone', async () => {
    await remote.person.write(FLAG, saying('rollout: { to: on, plan: careful }\nserve: off'));
    await remote.person.commit('Roll out');
    await remote.person.write(FLAG, saying('serve: on'));
    writePeople();
    const { code, text } = await plan('HEAD', '--contexts', 'people.jsonl');
    expect(code).toBe(0);
    expect(text).toContain('a server accepts this only once it has reached everyone');
    expect(text).not.toContain('a server would keep');
    expect(await lint('HEAD')).toEqual([
      0,
      expect.stringContaining('The rollout of checkout counts as completed;'),
    ]);
    await remote.person.write(FLAG, saying('split: { on: 50, off: 50 }'));
    expect(await plan('HEAD')).toMatchObject({ code: 1, document: { blocks: [{ code: 'percent-jump' }] } });
  });

  it('lets a rollout be finished together with a rule that it makes needless, in lint and plan alike', async () => {
    await remote.person.write(FLAG, saying(`${RULE(10)}\nrollout: { to: on, plan: careful }\nserve: off`));
    await remote.person.commit('Roll out');
    await remote.person.write(FLAG, saying('serve: on'));
    expect(await plan('HEAD')).toMatchObject({ code: 0, document: { blocks: [], frozen: [] } });
    expect((await lint('HEAD'))[0]).toBe(0);
  });

  it('says what share changes sides when a file is renamed', async () => {
    await remote.person.git('mv', FLAG, 'flags/basket.yaml');
    const { text } = await plan();
    expect(text).toContain('The file is the one of checkout under another name');
    expect(text).toContain('draws with the salt basket instead of the salt checkout');
    // 2 × 0.1 × 0.9
    expect(text).toContain('the same shares of them, but drawn anew: 18 % of them change sides');
  });

  it('says whom a segment took and takes, and which flags it touches', async () => {
    const segment = (orders: number) =>
      `owner: payments\ndescription: Some\nwhen: { orders: { gte: ${orders} } }\n`;
    const asks = saying('rules: [{ id: r, when: { segment: outer }, serve: on }]\nserve: off');
    await remote.person.write('flags/segments/inner.yaml', segment(5));
    await remote.person.write(
      'flags/segments/outer.yaml',
      'owner: payments\ndescription: Some\nwhen: { segment: inner }\n',
    );
    await remote.person.write('flags/gifts.yaml', asks);
    await remote.person.commit('Gifts');
    await remote.person.write('flags/segments/inner.yaml', segment(3));
    const { text, document } = await plan('HEAD');
    expect(document!.segments).toEqual([
      {
        segment: 'inner',
        text: 'Before: people with orders of at least 5. Now: people with orders of at least 3.',
        flags: ['gifts'],
      },
    ]);
    expect(document!.flags.map(({ flag }) => flag)).toEqual(['gifts']);
    expect(text).toContain('The segment outer, which it asks for, takes other people.');
  });

  it('takes everything for new where no flags were before, or no history is', async () => {
    await remote.person.git('rm', '--quiet', '-r', 'flags');
    await remote.person.commit('Nothing');
    await remote.person.write('flags/guidon.yaml', PROJECT);
    await remote.person.write(FLAG, TENTH);
    const { code, text, document } = await plan('HEAD');
    expect(code).toBe(0);
    expect(document!.flags).toMatchObject([{ flag: 'checkout', status: 'added' }]);
    expect(text).toContain('Rule buyers: 10 % of people with orders of at least 1 get "on".');
    expect(text).toContain('Everyone else gets "off".');
    const freeze = '{ from: 2026-11-20T00:00:00Z, to: 2026-12-01T00:00:00Z, reason: Black Friday week }';
    const frozen = PROJECT.replace('protected: true', `protected: true, freeze: [${freeze}]`);
    await remote.person.write('flags/guidon.yaml', frozen);
    expect(await plan('HEAD')).toMatchObject({ code: 0, document: { blocks: [] } });
  });

  it('prints nothing of what stays, and says when there is nothing to compare', async () => {
    expect(await plan()).toMatchObject({ code: 0, document: { flags: [], blocks: [], holds: [] } });
    expect((await plan()).text).toContain('There is nothing to compare');
    await remote.person.write('README.md', 'x');
    await remote.person.commit('Elsewhere');
    const { text } = await plan();
    expect(text).toContain('Compared with the merge base with origin/main');
    expect(text).toContain('Fine: no flag changes.');
  });

  it.each([
    [['nowhere'], 'There is no commit nowhere'],
    [['--contexts', 'none.jsonl'], 'There is no file none.jsonl.'],
    [['--sample', '5'], '--sample goes with --contexts.'],
    [['--env', 'moon'], 'There is no environment moon; choose development, production.'],
    [['--json', '--markdown'], '--json and --markdown exclude each other.'],
    [['--comment'], '--comment wants a token'],
  ])('answers 2 to a wrong call: %j', async (args, sentence) => {
    const io = createIo(['plan', ...args], { cwd: remote.person.folder });
    expect(await runCli(io)).toBe(2);
    expect(io.written.out + io.written.err).toContain(sentence);
  });
});
