import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findFlagsFolder } from './find-flags-folder.js';

const at = (cwd: string) => ({ cwd, command: 'npx guidon' });

describe('findFlagsFolder', () => {
  let root: string;
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'guidon-cli-')));
    mkdirSync(join(root, 'flags', 'payments'), { recursive: true });
    mkdirSync(join(root, 'src', 'deep'), { recursive: true });
    writeFileSync(join(root, 'flags', 'guidon.yaml'), 'project: shop\n');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it.each([['.'], ['flags'], ['flags/payments'], ['src/deep']])('finds the folder from %s', (from) => {
    expect(findFlagsFolder(at(join(root, from)), undefined)).toBe(join(root, 'flags'));
  });

  it('takes the folder that is named, or the flags inside it', () => {
    expect(findFlagsFolder(at(root), 'flags')).toBe(join(root, 'flags'));
    expect(findFlagsFolder(at('/'), root)).toBe(join(root, 'flags'));
  });

  it('takes a folder without a project file too, so that its absence becomes a finding', () => {
    expect(findFlagsFolder(at(root), 'src')).toBe(join(root, 'src'));
  });

  it('says where it looked', () => {
    expect(() => findFlagsFolder(at(tmpdir()), undefined)).toThrow(/No guidon\.yaml in .+: npx guidon lint /);
    for (const given of ['nowhere', 'flags/guidon.yaml/x'])
      expect(() => findFlagsFolder(at(root), given)).toThrow(/There is no file or folder /);
  });

  it('walks up from a folder or a file of the project that is named', () => {
    writeFileSync(join(root, 'flags', 'payments', 'a.yaml'), 'x\n');
    for (const given of ['flags/payments', 'flags/payments/a.yaml', 'flags/guidon.yaml'])
      expect(findFlagsFolder(at(root), given)).toBe(join(root, 'flags'));
  });
});
