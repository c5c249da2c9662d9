import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { createIo } from '../test/create-io.js';
import { runCli } from './run-cli.js';

const COMMANDS = ['lint', 'plan', 'eval', 'kill', 'revive', 'status', 'schema'];

describe('guidon', () => {
  it('lists its commands, its variables and its exit codes in the help', async () => {
    const io = createIo(['--help']);
    expect(await runCli(io)).toBe(0);
    for (const word of [...COMMANDS, 'GUIDON_URL', 'GUIDON_KEY', 'Exit codes']) {
      expect(io.written.out).toContain(word);
    }
  });

  it.each(COMMANDS)('shows examples and --json in the help of %s', async (command) => {
    const io = createIo([command, '--help']);
    expect(await runCli(io)).toBe(0);
    expect(io.written.out).toContain('Examples:');
    expect(io.written.out).toContain('--json');
  });

  it('prints the version of its package', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
    const io = createIo(['--version']);
    expect(await runCli(io)).toBe(0);
    expect(io.written.out).toBe(`${version}\n`);
  });

  it.each([[['frobnicate']], [['status', '--frobnicate']], [['revive']], [[]]])(
    'answers 2 when it is called in a wrong way: %j',
    async (args) => {
      const io = createIo(args);
      expect(await runCli(io)).toBe(2);
      expect(io.written.err).not.toBe('');
      // A frame of a stack trace names a place; help may wrap before a word like "at".
      expect(io.written.err).not.toMatch(/^ {4}at .*:\d+/m);
    },
  );

  it.each([
    [['frobnicate', '--json'], "unknown command 'frobnicate'."],
    [['status', '--frobnicate', '--json'], "unknown option '--frobnicate'."],
    [['revive', '--json'], "missing required argument 'id'."],
    [['keys', 'create', '--json'], "required option '--owner <who>' not specified."],
    [['lint', '--json', '--format', 'braille'], /^option '--format <format>' argument 'braille' is invalid/],
    [['--json'], "unknown option '--json'."],
  ])('says in JSON, too, that it is called in a wrong way: %j', async (args, sentence) => {
    const io = createIo(args);
    expect(await runCli(io)).toBe(2);
    expect(io.written.err).toBe('');
    expect(JSON.parse(io.written.out)).toEqual({
      error: {
        code: 'usage',
        sentence: typeof sentence === 'string' ? sentence : expect.stringMatching(sentence),
        details: expect.arrayContaining(['Try guidon --help.']),
      },
    });
  });

  it('takes no --json behind -- for a wish of the caller', async () => {
    const io = createIo(['frobnicate', '--', '--json']);
    expect([await runCli(io), io.written.out]).toEqual([2, '']);
    expect(io.written.err).toContain("unknown command 'frobnicate'");
  });

  it('turns an unexpected failure into one sentence without a stack trace', async () => {
    const io = createIo(['lint']);
    const broken = {
      ...io,
      get cwd(): string {
        throw new Error('the folder is gone');
      },
    };
    expect(await runCli(broken)).toBe(1);
    expect(io.written.err).toBe('guidon: Something went wrong in this command: the folder is gone\n');
  });
});
