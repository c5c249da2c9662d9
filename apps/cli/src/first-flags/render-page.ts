import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Io } from '../io.js';
import { lineDiff } from '../output/line-diff.js';
import { runCli } from '../run-cli.js';
import { SESSION, type Step } from './session.js';

/** The day of the session, so that its dates stay. */
const NOW_MS = Date.parse('2026-11-23T12:00:00Z');

/** Runs git in a folder; from outside, because nothing here may start programs. */
export type RunGit = (cwd: string, args: readonly string[], env: NodeJS.ProcessEnv) => void;

/** Whoever runs it and whenever: the same commits, so that their ids can stand on the page. */
const SAME_COMMITS = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@acme.example',
  GIT_AUTHOR_DATE: '2026-11-23T12:00:00Z',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@acme.example',
  GIT_COMMITTER_DATE: '2026-11-23T12:00:00Z',
};

/** `docs/first-flags.md`: plays the session in a fresh folder and writes down what each command said. */
export async function renderFirstFlagsPage(git: RunGit): Promise<string> {
  const cwd = mkdtempSync(join(tmpdir(), 'guidon-session-'));
  try {
    const parts: string[] = [];
    for (const step of SESSION) parts.push(await play(step, { cwd, git }));
    return `${parts.join('\n\n')}\n`.replaceAll(cwd, '~/shop');
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

async function play(step: Step, { cwd, git }: { cwd: string; git: RunGit }): Promise<string> {
  if ('tell' in step) return step.tell;
  if ('run' in step) return run(step, cwd);
  if ('git' in step) {
    for (const args of step.git) git(cwd, args, { PATH: process.env.PATH, HOME: cwd, ...SAME_COMMITS });
    return fenced('text', step.git.map((args) => `$ git ${shell(args)}`).join('\n'));
  }
  const path = join(cwd, step.edit);
  const before = readFileSync(path, 'utf8');
  if (!before.includes(step.from)) throw new Error(`${step.edit} does not hold ${step.from}`);
  const after = before.replace(step.from, step.to);
  writeFileSync(path, after);
  return `In \`${step.edit}\`:\n\n${fenced('diff', lineDiff(before, after).join('\n'))}`;
}

async function run({ run: args, answers }: Extract<Step, { run: unknown }>, cwd: string): Promise<string> {
  const said: string[] = [];
  const exitCode = await runCli(personIn(cwd, args, { answers: [...(answers ?? [])], said }));
  const exit = exitCode === 0 ? '' : `[exit ${exitCode}]`;
  return fenced('text', `$ guidon ${shell(args)}\n${said.join('')}${exit}`.trimEnd());
}

function shell(args: readonly string[]): string {
  return args.map((arg) => (/^[\w./,=@-]+$/.test(arg) ? arg : `"${arg}"`)).join(' ');
}

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

/** Somebody at a terminal without colours: what is asked and answered is part of what is seen. */
function personIn(
  cwd: string,
  args: readonly string[],
  { answers, said }: { answers: string[]; said: string[] },
): Io {
  const write = (text: string) => void said.push(text);
  let ids = 0;
  return {
    command: 'guidon',
    ...{ args, cwd, env: { PATH: process.env.PATH, HOME: cwd } },
    ...{ interactive: answers.length > 0, colours: false, screen: () => undefined, out: write, err: write },
    ask: async (question) => {
      const answer = answers.shift() ?? '';
      write(`${question}${answer}\n`);
      return answer;
    },
    fetch: () => Promise.reject(new TypeError('the session has no network')),
    open: async () => false,
    now: () => NOW_MS,
    newId: () => `id-${++ids}`,
    pause: async () => {},
    watch: () => ({ next: async () => 'end', forget: () => {}, close: () => {} }),
  };
}
