import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { spawnNode, temporaryFolder, waitUntil } from './index.js';

async function script(source: string): Promise<string> {
  const path = join(await temporaryFolder(), 'script.mjs');
  await writeFile(path, source);
  return path;
}

test('captures lines of both streams and waits for one of them', async () => {
  const child = spawnNode(
    await script(`
      console.log('ready ' + process.env.GREETING);
      process.stdin.on('data', (text) => { console.error('heard ' + text); process.exit(3); });`),
    { env: { GREETING: 'hello' } },
  );
  expect(await child.waitForLine(/^ready/)).toBe('ready hello');
  child.say('you');
  expect(await child.waitForLine('heard')).toBe('heard you');
  expect(await child.exited).toEqual({ code: 3, signal: null });
});

test('says what the process printed when it ends before the wanted line', async () => {
  const child = spawnNode(await script(`console.log('no such luck'); process.exit(1)`));
  await expect(child.waitForLine('ready')).rejects.toThrow(/ended with 1 .*\n.*no such luck/);
});

test('kills by process id and is harmless the second time', async () => {
  const child = spawnNode(await script(`console.log('up'); setInterval(() => {}, 1000)`));
  await child.waitForLine('up');
  await child.kill();
  await child.kill();
  expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL' });
  expect(() => process.kill(child.pid, 0)).toThrow('ESRCH');
});

test('polls until the condition holds and tells what it waited for in vain', async () => {
  let calls = 0;
  expect(await waitUntil(() => ++calls > 2 && 'done', { everyMs: 1 })).toBe('done');
  const failing = waitUntil(() => Promise.reject(new Error('refused')), {
    timeoutMs: 5,
    what: 'it answered',
  });
  await expect(failing).rejects.toThrow('until it answered');
});
