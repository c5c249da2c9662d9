import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { fakeClock, flagFile, gitBlobId, manyFlagFiles, projectFile, temporaryFolder } from '@guidon/testkit';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { SystemClock } from '../../kernel/clock/index.js';
import { SILENT_LOG } from '../../kernel/log/index.js';
import { InlineLoadRunner } from './inline-load-runner.js';
import type { FileRef, LoadRunner, LoadSlice, LoadSummary } from './load-messages.js';
import { ThreadLoadRunner } from './thread-load-runner.js';

jest.setTimeout(60_000);

const BUILT = new URL('../../../dist/catalog/loading/load-thread.js', import.meta.url);
const NOW = Date.parse('2026-11-23T12:00:00Z');

async function loadAll(
  runner: LoadRunner,
  texts: Record<string, string>,
): Promise<{ summary: LoadSummary; slices: LoadSlice[]; asked: number }> {
  const entries = Object.entries(texts).map(([path, text]) => ({ path, text, blob: gitBlobId(text) }));
  const refs: FileRef[] = entries.map(({ path, blob }) => ({ path, blob, entry: 'file' }));
  const missing = new Set(await runner.open(refs, true));
  const contents = entries.filter(({ blob }) => missing.has(blob));
  await runner.stage(contents.map(({ blob, text }) => [blob, new Uint8Array(Buffer.from(text))] as const));
  const commit = gitBlobId(Object.values(texts).join(''));
  const summary = await runner.run({ kind: 'judge', commit, nowMs: NOW });
  const slices: LoadSlice[] = [];
  for (let index = 0; index < (summary.content?.sliceCount ?? 0); index += 1)
    slices.push(await runner.slice(index));
  return { summary, slices, asked: missing.size };
}

beforeAll(() => {
  if (!existsSync(fileURLToPath(BUILT)))
    throw new Error('Build the server first (npm run build): its loading thread is tested here.');
});

describe('ThreadLoadRunner', () => {
  it('answers as the same session does in this thread, and asks for a content only once', async () => {
    const runner = new ThreadLoadRunner({ clock: new SystemClock(), log: SILENT_LOG, threadFile: BUILT });
    const inline = new InlineLoadRunner();
    const files = manyFlagFiles(1500);
    const [threaded, plain] = [await loadAll(runner, files), await loadAll(inline, files)];
    expect(threaded).toEqual(plain);
    expect(threaded.asked).toBe(1501);
    expect(threaded.slices.length).toBeGreaterThan(20);
    await Promise.all([runner.adopt(), inline.adopt()]);
    files['area-3/flag-333.yaml'] = (files['area-3/flag-333.yaml'] as string).replace(
      'percent: 50',
      'percent: 55',
    );
    const edit = await loadAll(runner, files);
    expect(edit.asked).toBe(1);
    expect(edit.summary.content?.whole).toBe(false);
    expect(edit.slices).toHaveLength(2);
    expect(edit.slices.flatMap((slice) => slice.flags.map(([key]) => key))).toEqual(['flag-333', 'flag-333']);
    expect(edit).toEqual(await loadAll(inline, files));
    await runner.close();
  });

  it('asks for the past where something jumps, and takes a way back for one once it has it', async () => {
    const thread = new ThreadLoadRunner({ clock: new SystemClock(), log: SILENT_LOG, threadFile: BUILT });
    const project = projectFile();
    const text = (production: 'on' | 'off', description: string) =>
      flagFile({ serve: { production }, description });
    const judgeAll = async (runner: LoadRunner) => {
      for (const flag of [text('on', 'First'), text('off', 'First')]) {
        await loadAll(runner, { 'guidon.yaml': project, 'checkout.yaml': flag });
        await runner.adopt();
      }
      const files = { 'guidon.yaml': project, 'checkout.yaml': text('on', 'Edited since') };
      const { summary: doubtful } = await loadAll(runner, files);
      const order = { kind: 'judge', commit: 'c'.repeat(40), nowMs: NOW, insists: true } as const;
      const strict = await runner.run(order);
      const old = [text('on', 'First'), text('off', 'First')];
      await runner.recall(
        [['flag:checkout', []]],
        old.map((one) => [gitBlobId(one), new Uint8Array(Buffer.from(one))]),
      );
      return { doubtful, strict, known: await runner.run(order) };
    };
    const told = await judgeAll(thread);
    expect(told).toMatchObject({
      doubtful: { doubts: ['flag:checkout'], content: undefined },
      strict: { state: 'partly', frozen: ['checkout.yaml'] },
      known: { state: 'accepted', frozen: [] },
    });
    expect(told).toEqual(await judgeAll(new InlineLoadRunner()));
    await thread.close();
  });

  it('keeps the base when an outcome is discarded', async () => {
    const runner = new InlineLoadRunner();
    const files = manyFlagFiles(3);
    await loadAll(runner, files);
    await runner.adopt();
    const edited = { ...files, 'area-0/flag-1.yaml': `${files['area-0/flag-1.yaml']}# a remark\n` };
    const first = await loadAll(runner, edited);
    await runner.discard();
    const second = await loadAll(runner, edited);
    expect(second.summary.content?.files).toEqual(first.summary.content?.files);
  });

  it('rejects what waits when the thread breaks, says so by its epoch, and begins anew', async () => {
    const folder = await temporaryFolder('guidon-thread');
    const flag = join(folder, 'broken-once');
    const file = join(folder, 'thread.mjs');
    writeFileSync(
      file,
      `import { existsSync, writeFileSync } from 'node:fs';
       import { parentPort } from 'node:worker_threads';
       parentPort.on('message', ({ id }) => {
         if (existsSync(${JSON.stringify(flag)})) parentPort.postMessage({ id, result: ['well'] });
         else { writeFileSync(${JSON.stringify(flag)}, ''); throw new Error('out of order'); }
       });`,
    );
    const runner = new ThreadLoadRunner({
      clock: fakeClock(),
      log: SILENT_LOG,
      threadFile: pathToFileURL(file),
    });
    expect(runner.epoch()).toBe(0);
    await expect(runner.open([], true)).rejects.toThrow('out of order');
    expect(runner.epoch()).toBe(1);
    expect(await runner.open([], true)).toEqual(['well']);
    await runner.close();
  });

  it('ends a thread that hangs', async () => {
    const folder = await temporaryFolder('guidon-thread');
    const file = join(folder, 'thread.mjs');
    writeFileSync(
      file,
      `import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => {});`,
    );
    const clock = fakeClock();
    const runner = new ThreadLoadRunner({ clock, log: SILENT_LOG, threadFile: pathToFileURL(file) });
    const call = runner.adopt();
    clock.advance(180_000);
    await expect(call).rejects.toThrow(/longer than 180000 ms/);
    expect(runner.epoch()).toBe(1);
  });
});
