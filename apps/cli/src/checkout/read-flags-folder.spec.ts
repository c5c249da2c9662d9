import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LIMITS } from '@guidon/engine/model';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFlagsFolder } from './read-flags-folder.js';

describe('readFlagsFolder', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'guidon-cli-'));
    mkdirSync(join(root, 'payments'));
    writeFileSync(join(root, 'guidon.yaml'), 'hello\n');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('gives every file the id that Git gives it', () => {
    // `printf 'hello\n' | git hash-object --stdin`
    expect(readFlagsFolder(root)).toEqual([
      {
        path: 'guidon.yaml',
        blob: 'ce013625030ba8dba906f756967f9e9ca394464a',
        bytes: new Uint8Array(Buffer.from('hello\n')),
        entry: 'file',
      },
    ]);
  });

  it('names links and executable files for what they are, in path order', () => {
    writeFileSync(join(root, 'payments', 'a.yaml'), 'a');
    chmodSync(join(root, 'payments', 'a.yaml'), 0o755);
    symlinkSync('/etc/passwd', join(root, 'payments', 'b.yaml'));
    const entries = readFlagsFolder(root).map(({ path, entry }) => [path, entry]);
    expect(entries).toEqual([
      ['guidon.yaml', 'file'],
      ['payments/a.yaml', 'executable'],
      ['payments/b.yaml', 'symlink'],
    ]);
    expect(readFlagsFolder(root)[2]?.bytes).toHaveLength(0);
  });

  it('reads no more of a huge file than is needed to refuse it', () => {
    writeFileSync(join(root, 'huge.yaml'), Buffer.alloc(LIMITS.fileBytes + 5_000));
    const huge = readFlagsFolder(root).find(({ path }) => path === 'huge.yaml');
    expect(huge?.bytes).toHaveLength(LIMITS.fileBytes + 1);
  });

  it('leaves out what operating systems drop into folders', () => {
    writeFileSync(join(root, '.DS_Store'), 'x');
    expect(readFlagsFolder(root)).toHaveLength(1);
  });
});
