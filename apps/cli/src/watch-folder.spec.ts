import { EventEmitter } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { watchFolder } from './watch-folder.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'guidon-watch-'));
  mkdirSync(join(folder, 'deep'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('sees a file that is written, in a folder below too', async () => {
  const watch = watchFolder(folder, undefined);
  const seen = watch.next();
  writeFileSync(join(folder, 'deep', 'a.yaml'), 'x');
  expect(await seen).toBe('change');
  watch.close();
});

it('ends at q, Ctrl-C and Ctrl-D, also when the key came before the question, and at no other key', async () => {
  for (const key of ['q', '\u0003', '\u0004']) {
    const keys = new EventEmitter();
    const watch = watchFolder(folder, keys);
    keys.emit('data', Buffer.from('x'));
    keys.emit('data', Buffer.from(key));
    watch.forget();
    expect(await watch.next()).toBe('end');
    watch.close();
    expect(keys.listenerCount('data')).toBe(0);
  }
});
