import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createIo } from '../../test/create-io.js';
import { runCli } from '../run-cli.js';

const SAMPLE = fileURLToPath(new URL('../../../../flags', import.meta.url));
const FLAG = 'payments/payments-v2.yaml';

describe('guidon fmt', () => {
  let cwd: string;
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'guidon-cli-'));
    cpSync(SAMPLE, join(cwd, 'flags'), { recursive: true });
  });
  afterEach(() => rmSync(cwd, { recursive: true }));

  const full = (path: string) => join(cwd, 'flags', path);
  const read = (path: string) => readFileSync(full(path), 'utf8');
  /** The same flag in another layout: order, indentation, brackets, line ends. */
  function disarrange(path: string): string {
    const text = read(path);
    const odd = text
      .replace(/^owner: (.*)\n/m, '')
      .replace(/^type: (.*)\n/m, (line) => `${line}\n\n\n`)
      .replaceAll('\n', '\r\n');
    const owner = /^owner: .*$/m.exec(text)?.[0];
    writeFileSync(full(path), `${odd}${owner}   # who is asked\r\n`);
    return text;
  }

  it('finds the sample shop in form', async () => {
    const io = createIo(['fmt', '--check'], { cwd });
    expect([await runCli(io), io.written.out]).toEqual([
      0,
      expect.stringMatching(/^All in form: \d+ files\.\n$/),
    ]);
  });

  it('writes a file in form, keeps its comments and its mode, and leaves no other file behind', async () => {
    disarrange(FLAG);
    chmodSync(full(FLAG), 0o640);
    const names = readdirSync(join(cwd, 'flags'), { recursive: true }).length;
    const io = createIo(['fmt'], { cwd });
    expect(await runCli(io)).toBe(0);
    expect(io.written.out).toMatch(/^flags\/payments\/payments-v2\.yaml\n1 written, of \d+ files\.\n$/);
    expect(read(FLAG)).toMatch(/^(# .*\n)*type: release\nowner: payments # who is asked\n/);
    expect(read(FLAG)).not.toContain('\r');
    expect(statSync(full(FLAG)).mode & 0o777).toBe(0o640);
    expect(readdirSync(join(cwd, 'flags'), { recursive: true })).toHaveLength(names);
    expect(await runCli(createIo(['fmt', '--check'], { cwd }))).toBe(0);
    expect(await runCli(createIo(['lint'], { cwd }))).toBe(0);
  });

  it('under --check writes nothing, shows the difference on request, and fails', async () => {
    disarrange(FLAG);
    const odd = read(FLAG);
    const io = createIo(['fmt', '--check', '--diff'], { cwd });
    expect([await runCli(io), read(FLAG)]).toEqual([1, odd]);
    expect(io.written.out).toContain('  + owner: payments # who is asked\n');
    expect(io.written.out).toContain('Write them with: guidon fmt\n');
    expect(io.written.out).not.toContain('\r');
  });

  it('formats what the paths name and nothing else', async () => {
    disarrange(FLAG);
    disarrange('catalog/price-rounding.yaml');
    const odd = read(FLAG);
    expect(await runCli(createIo(['fmt', 'flags/catalog', 'flags/delivery'], { cwd }))).toBe(0);
    expect(read(FLAG)).toBe(odd);
    expect(read('catalog/price-rounding.yaml')).not.toContain('\r');
  });

  it('leaves a file alone that does not parse, names the place, and writes the others', async () => {
    disarrange(FLAG);
    const broken = 'catalog/price-rounding.yaml';
    writeFileSync(full(broken), 'type: release\nowner: [catalog\nsafe: off\n');
    const io = createIo(['fmt', '--json'], { cwd });
    expect(await runCli(io)).toBe(1);
    const { changed, findings, refused } = JSON.parse(io.written.out);
    expect(changed).toEqual([{ path: FLAG }]);
    expect(findings[0]).toMatchObject({ path: broken, code: 'yaml-syntax', severity: 'error' });
    expect([refused, read(broken)]).toEqual([[], 'type: release\nowner: [catalog\nsafe: off\n']);
  });

  it('formats a flag that has errors of meaning, since those are for lint', async () => {
    writeFileSync(full(FLAG), 'owner: nobody\ntype: release\nsafe: off\n');
    expect(await runCli(createIo(['fmt'], { cwd }))).toBe(0);
    expect(read(FLAG)).toBe('type: release\nowner: nobody\nsafe: off\n');
  });

  it('refuses paths of two flags folders, and says so', async () => {
    cpSync(SAMPLE, join(cwd, 'other'), { recursive: true });
    const io = createIo(['fmt', 'flags', 'other'], { cwd });
    expect(await runCli(io)).toBe(2);
    expect(io.written.err).toContain('more than one flags folder');
  });

  it('refuses what lies in no flags folder, and leaves it as it is', async () => {
    const text = 'on:   push\njobs: {a: 1}\n';
    mkdirSync(join(cwd, 'k8s'));
    for (const path of ['ci.yaml', 'k8s/pod.yaml']) writeFileSync(join(cwd, path), text);
    for (const paths of [['ci.yaml'], ['k8s'], ['k8s/pod.yaml'], ['/etc/passwd'], ['ci.yaml', 'k8s']]) {
      const io = createIo(['fmt', ...paths], { cwd });
      expect([paths, await runCli(io), io.written.out]).toEqual([paths, 2, '']);
      expect(io.written.err).toMatch(/in no flags folder|more than one flags folder/);
    }
    const json = createIo(['fmt', 'k8s', '--json'], { cwd });
    expect([await runCli(json), JSON.parse(json.written.out).error]).toEqual([
      2,
      {
        code: 'usage',
        sentence:
          'k8s lies in no flags folder: no guidon.yaml is there or above. Nothing was read or written.',
        details: ['Name paths inside the flags folder, or begin one with: guidon init'],
      },
    ]);
    for (const path of ['ci.yaml', 'k8s/pod.yaml']) expect(readFileSync(join(cwd, path), 'utf8')).toBe(text);
  });
});
