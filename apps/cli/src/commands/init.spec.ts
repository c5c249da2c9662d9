import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGitRemote } from '@guidon/testkit';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createIo, type FakeIoOptions } from '../../test/create-io.js';
import { runCli } from '../run-cli.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

describe('guidon init', () => {
  let cwd: string;
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'guidon-cli-'));
  });
  afterEach(() => rmSync(cwd, { recursive: true }));

  async function run(args: readonly string[], options: FakeIoOptions = {}) {
    const io = createIo(args, { cwd, env: { PATH: process.env.PATH, HOME: cwd }, ...options });
    return { code: await runCli(io), ...io.written, questions: io.questions };
  }
  const init = (...args: string[]) => run(['init', '--email', 'ada@acme.example', ...args]);
  const names = () => (readdirSync(cwd, { recursive: true, encoding: 'utf8' }) as string[]).sort();

  it('writes files that pass lint, fmt and test without a single finding', async () => {
    const { code, out } = await init();
    expect(code).toBe(0);
    expect(out).toContain('+ flags/guidon.yaml\n+ flags/hello-guidon.yaml\n+ flags/hello-guidon.test.yaml\n');
    expect(out).toContain('+ .github/workflows/guidon.yml\n\nNext:\n  guidon lint ');
    const lint = await run(['lint', '--strict', '--json']);
    expect([lint.code, JSON.parse(lint.out).findings]).toEqual([0, []]);
    expect((await run(['fmt', '--check'])).code).toBe(0);
    expect((await run(['test'])).code).toBe(0);
  });

  it('lets CI run the same commands, with branch names out of the reach of the shell', async () => {
    await init();
    const text = readFileSync(join(cwd, '.github/workflows/guidon.yml'), 'utf8');
    for (const step of ['fmt --check flags', 'lint --format github --base "$BASE" flags', 'test flags'])
      expect(text).toContain(`run: $GUIDON ${step}\n`);
    expect(text.match(/run:.*\$\{\{/)).toBeNull();
    rmSync(join(cwd, '.github'), { recursive: true });
    rmSync(join(cwd, 'flags'), { recursive: true });
    await init('config/flags', '--ci', 'gitlab');
    expect(readFileSync(join(cwd, '.gitlab-ci.yml'), 'utf8')).toContain('$GUIDON fmt --check config/flags\n');
    expect(names()).toContain(join('config', 'flags', 'guidon.yaml'));
  });

  it('writes nothing at all where a file is in the way, and names every such file', async () => {
    mkdirSync(join(cwd, 'flags'));
    writeFileSync(join(cwd, 'flags', 'guidon.yaml'), 'mine\n');
    writeFileSync(join(cwd, 'flags', 'hello-guidon.yaml'), 'mine too\n');
    const before = names();
    const { code, err } = await init();
    expect(code).toBe(1);
    expect(err).toContain('flags/guidon.yaml\n  flags/hello-guidon.yaml\n');
    expect(names()).toEqual(before);
    expect(readFileSync(join(cwd, 'flags', 'guidon.yaml'), 'utf8')).toBe('mine\n');
  });

  it('takes the first member from git, asks a person who has told git nothing, and refuses to guess', async () => {
    writeFileSync(join(cwd, '.gitconfig'), '[user]\n\temail = bo@acme.example\n');
    await run(['init', '--ci', 'none']);
    expect(readFileSync(join(cwd, 'flags', 'guidon.yaml'), 'utf8')).toContain(
      'core: { members: [bo@acme.example] }',
    );
    rmSync(join(cwd, 'flags'), { recursive: true });
    rmSync(join(cwd, '.gitconfig'));
    const piped = await run(['init', '--ci', 'none']);
    expect([piped.code, piped.err]).toEqual([2, expect.stringContaining('--email')]);
    const asked = await run(['init', '--ci', 'none'], { answers: ['cem@acme.example'] });
    expect([asked.code, asked.questions.length]).toEqual([0, 1]);
  });

  it('refuses names that the language does not allow before it writes anything', async () => {
    const { code, err } = await init('--team', '1st team');
    expect([code, names()]).toEqual([2, []]);
    expect(err).toMatch(/guidon: .*\n {2}/);
    expect((await init('--ci', 'jenkins')).code).toBe(2);
  });

  it('writes no workflow among the flags where their folder is the top of the repository', async () => {
    const { code, err } = await init('.');
    expect([code, names()]).toEqual([2, []]);
    expect(err).toContain('--ci none');
    expect((await init('.', '--ci', 'none')).code).toBe(0);
  });

  it('puts the workflow at the top of the repository, wherever it is called', async () => {
    const { person } = await createGitRemote();
    const inside = join(person.folder, 'deep');
    mkdirSync(inside);
    const io = createIo(['init', '--email', 'ada@acme.example', '--json'], { cwd: inside });
    expect(await runCli(io)).toBe(0);
    expect(JSON.parse(io.written.out).written).toContain(join('..', '.github/workflows/guidon.yml'));
    const text = readFileSync(join(person.folder, '.github/workflows/guidon.yml'), 'utf8');
    expect(text).toContain('$GUIDON test deep/flags\n');
  });
});
