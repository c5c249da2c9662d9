import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findFlagsFolder } from './find-flags-folder.js';

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
    expect(findFlagsFolder(join(root, from), undefined)).toBe(join(root, 'flags'));
  });

  it('takes the folder that is named, or the flags inside it', () => {
    expect(findFlagsFolder(root, 'flags')).toBe(join(root, 'flags'));
    expect(findFlagsFolder('/', root)).toBe(join(root, 'flags'));
  });

  it('takes a folder without a project file too, so that its absence becomes a finding', () => {
    expect(findFlagsFolder(root, 'src')).toBe(join(root, 'src'));
  });

  it('says where it looked', () => {
    expect(() => findFlagsFolder(tmpdir(), undefined)).toThrow(/No guidon\.yaml in /);
    expect(() => findFlagsFolder(root, 'nowhere')).toThrow(/There is no folder /);
  });
});
