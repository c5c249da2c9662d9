import { mkdirSync, mkdtempSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { watchTree } from './watch-tree.js';

describe('watchTree', () => {
  let folder: string;
  let told: string[];
  let waiting: { path: string; done: () => void } | undefined;
  let rescan: () => void;
  let stop: () => void;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'guidon-watch-'));
    mkdirSync(join(folder, 'deep'));
    for (const path of ['a.yaml', 'deep/b.yaml']) write(path);
    told = [];
    waiting = undefined;
    stop = watchTree({
      folder,
      onChange: (path) => {
        told.push(path);
        if (path === waiting?.path) waiting.done();
      },
      // Only where a test wants it: events have to do without.
      repeat: (act) => {
        rescan = act;
        return () => undefined;
      },
    });
  });
  afterEach(() => {
    stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const write = (path: string, text = 'x') => writeFileSync(join(folder, path), text);
  /** As `sed -i`, `guidon fmt` and most editors save. */
  const replace = (path: string) => {
    write(`${path}.new`, `another text ${told.length}`);
    renameSync(join(folder, `${path}.new`), join(folder, path));
  };
  const tellsOf = (path: string) =>
    told.includes(path) ? undefined : new Promise<void>((done) => (waiting = { path, done }));
  /** Events of one folder come in order: after that of a marker nothing older is on its way. */
  async function settled(below = ''): Promise<void> {
    write(join(below, 'marker'));
    await tellsOf(join(below, 'marker'));
    unlinkSync(join(folder, below, 'marker'));
    write(join(below, 'marker-2'));
    await tellsOf(join(below, 'marker-2'));
    told.length = 0;
  }

  it('hears of a file that is written', async () => {
    write('deep/b.yaml', 'y');
    await tellsOf('deep/b.yaml');
  });

  it('hears of a file that is replaced by a rename, each time', async () => {
    for (const path of ['a.yaml', 'deep/b.yaml', 'a.yaml', 'deep/b.yaml', 'a.yaml']) {
      replace(path);
      await tellsOf(path);
      await settled(path.startsWith('deep') ? 'deep' : '');
    }
    write('a.yaml', 'and one that is written where it is');
    await tellsOf('a.yaml');
  });

  it('hears of a file that is deleted', async () => {
    unlinkSync(join(folder, 'deep', 'b.yaml'));
    await tellsOf('deep/b.yaml');
  });

  it('hears of files in a folder that came later, and in one that went and came again', async () => {
    mkdirSync(join(folder, 'new', 'inner'), { recursive: true });
    await tellsOf('new');
    for (let round = 0; round < 2; round++) {
      rescan();
      write('new/inner/c.yaml');
      await tellsOf('new/inner/c.yaml');
      rmSync(join(folder, 'new'), { recursive: true });
      mkdirSync(join(folder, 'new', 'inner'), { recursive: true });
      await settled();
    }
  });

  it('tells by a look at everything what no event told, once', async () => {
    // No event is delivered before this function gives way.
    rescan();
    expect(told).toEqual([]);
    write('deep/b.yaml', 'longer than before');
    rescan();
    rescan();
    expect(told).toEqual(['']);
    rmSync(folder, { recursive: true });
    rescan();
    expect(told).toEqual(['', '']);
  });

  it('tells nothing after it was stopped', () => {
    stop();
    write('a.yaml', 'longer than before');
    expect(told).toEqual([]);
  });
});
