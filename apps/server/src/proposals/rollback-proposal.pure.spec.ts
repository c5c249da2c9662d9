import type { TreeEntry } from '@guidon/git';
import { describe, expect, it } from '@jest/globals';
import { buildEarlier } from './build-earlier.js';
import { commitMessage, pullRequestBody, titleOf } from './describe-proposal.js';
import { desiredEdits } from './desired-edits.js';
import { earlierFiles } from './earlier-files.js';
import type { Look } from './look.js';
import type { Proposal } from './proposal.js';
import { proposalDocument } from './proposal-document.js';

const EARLIER = 'e'.repeat(40);
const HEAD = 'b'.repeat(40);
const AT_MS = Date.parse('2026-11-23T12:00:00Z');
const PROPOSAL: Proposal = {
  ...{ id: '01PROPOSAL', kind: 'rollback', subject: EARLIER, aboutKill: false, edit: {} },
  ...{ branch: 'guidon/rollback-eeeeeeeeeeee', actor: 'key:ada1/ada@acme.example', reason: 'It burns' },
  ...{ wantedAtMs: AT_MS, changedAtMs: AT_MS, state: 'wanted', code: undefined, detail: undefined },
  ...{ base: undefined, contentDigest: undefined, commits: [], pushed: false, pull: undefined },
  ...{ leavesBranch: false, attempts: 0 },
};
const desired = (pinned: string[]) =>
  desiredEdits(PROPOSAL, { standing: [], pinned: new Set(pinned), environments: ['production'] });

const entry = (path: string, blob: string, kind: TreeEntry['entry'] = 'file'): TreeEntry => ({
  ...{ path, blob, entry: kind, size: 1 },
});

/** Trees by commit, with the content of a blob standing for its id. */
function aWriter(trees: Record<string, TreeEntry[]>, contents: Record<string, Uint8Array> = {}) {
  const writer: Pick<Look['writer'], 'readTree' | 'readBlobs'> = {
    readTree: async (commit) => trees[commit] ?? [],
    readBlobs: async (ids) =>
      new Map([...ids].map((id) => [id, Buffer.from(contents[id] ?? `content of ${id}\n`)])),
  };
  return { writer: writer as Look['writer'], head: HEAD, folder: 'flags' };
}

it('asks for the files of the commit, and for them no more when nothing is pinned to it', () => {
  expect(desired([HEAD, EARLIER])).toEqual({ edits: new Map(), kills: [], asOf: EARLIER });
  expect(desired([HEAD])).toMatchObject({ asOf: EARLIER, isTakenBack: true });
});

describe('earlierFiles', () => {
  it('brings back what went, unless it has moved or its place is taken', () => {
    const then = ['went.yaml', 'x/Moved.yaml', 'd', 'f/g.yaml', 'odd\\001.yaml'].map((path) =>
      entry(path, path),
    );
    const now = ['y/moved.yaml', 'd/e.yaml', 'f'].map((path) => entry(path, `new ${path}`));
    const { differing, skipped } = earlierFiles(then, now);
    expect(differing).toEqual([{ path: 'went.yaml', blob: 'went.yaml', isGone: true }]);
    expect(Object.fromEntries(skipped.map(({ flag, why }) => [flag, why]))).toEqual({
      d: 'Something else has its place now.',
      'd/e.yaml': expect.stringContaining('came after'),
      f: expect.stringContaining('came after'),
      'f/g.yaml': 'Something else has its place now.',
      'odd\\001.yaml': expect.stringContaining('no regular file'),
      'x/Moved.yaml': 'A file of that name is elsewhere now: y/moved.yaml.',
      'y/moved.yaml': expect.stringContaining('came after'),
    });
  });

  it('exchanges what both have and differs, and says of the rest why it stays', () => {
    const then = [
      entry('same.yaml', '1'),
      entry('went.yaml', '2'),
      entry('a.yaml', '3'),
      entry('run.sh', '4'),
    ];
    const now = [
      entry('came.yaml', '5'),
      entry('same.yaml', '1'),
      entry('a.yaml', '6', 'executable'),
      entry('run.sh', '7', 'symlink'),
    ];
    expect(earlierFiles(then, now)).toEqual({
      differing: [
        { path: 'a.yaml', blob: '3', isGone: false },
        { path: 'went.yaml', blob: '2', isGone: true },
      ],
      skipped: [
        { flag: 'came.yaml', why: expect.stringContaining('a flag that is not archived may not be deleted') },
        { flag: 'run.sh', why: expect.stringContaining('no regular file') },
      ],
    });
  });
});

describe('buildEarlier', () => {
  it('gives the earlier content under paths from the root, byte for byte', async () => {
    const marked = new TextEncoder().encode('\ufeffa: 1\r\n# Grüße');
    const trees = {
      [EARLIER]: [entry('a.yaml', 'old'), entry('odd.bin', 'odd')],
      [HEAD]: [entry('a.yaml', 'new'), entry('odd.bin', 'other')],
    };
    const look = aWriter(trees, { old: marked, odd: Uint8Array.of(0xff, 0xfe) });
    const built = await buildEarlier(EARLIER, look);
    expect(built).toMatchObject({
      kind: 'change',
      changed: ['flags/a.yaml'],
      skipped: [{ flag: 'odd.bin', why: 'It is no UTF-8 there.' }],
    });
    const text = built.kind === 'change' ? built.files.get('flags/a.yaml') : undefined;
    expect(new TextEncoder().encode(text)).toEqual(marked);
    const atRoot = await buildEarlier(EARLIER, { ...look, folder: '' });
    expect(atRoot).toMatchObject({ changed: ['a.yaml'] });
  });

  it('is done when no file that both have differs, and says what is left to people', async () => {
    const same = [entry('a.yaml', 'old')];
    expect(await buildEarlier(EARLIER, aWriter({ [EARLIER]: same, [HEAD]: same }))).toEqual({ kind: 'done' });
    const more = [...same, entry('b.yaml', '1'), entry('c.yaml', '2')];
    expect(await buildEarlier(EARLIER, aWriter({ [EARLIER]: same, [HEAD]: more }))).toEqual({
      kind: 'done',
      why: expect.stringMatching(/By hand, as for 1 more: b\.yaml\. It came after/),
    });
  });
});

it('tells who went back, to where, why, and what is left to people', async () => {
  const wish = desired([EARLIER])!;
  const trees = {
    [EARLIER]: [entry('a.yaml', '1')],
    [HEAD]: [entry('a.yaml', '2'), entry('b.yaml', '3')],
  };
  const built = await buildEarlier(EARLIER, aWriter(trees));
  if (built.kind !== 'change') throw new Error(built.kind);
  expect(titleOf(PROPOSAL, wish)).toBe('Go back to what eeeeeeeeeeee says');
  expect(commitMessage(PROPOSAL, wish)).toContain('It burns (key:ada1/ada@acme.example, 2026-11-23T12:00');
  const body = pullRequestBody(PROPOSAL, wish, built);
  expect(body).toContain('unpinning withdraws this proposal');
  expect(body).toContain('Files:\n\n* `flags/a.yaml`\n\nNot in this proposal, to be done by hand:');
  expect(body).toContain('* `b.yaml`: `It came after that commit and stays');
});

it('is shown with the commit that it goes back to', () => {
  const document = proposalDocument(PROPOSAL);
  expect(document).toMatchObject({ kind: 'rollback', rollbackTo: EARLIER, state: 'wanted' });
  expect(document).not.toHaveProperty('flag');
});
