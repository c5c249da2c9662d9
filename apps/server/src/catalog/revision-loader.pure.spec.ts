import { gitBlobId, manyFlagFiles } from '@guidon/testkit';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InlineLoadRunner } from './loading/inline-load-runner.js';
import type { FileRef, LoadRunner } from './loading/load-messages.js';
import { NewestContent } from './newest-content.js';
import { type LoadOutcome, RevisionLoader } from './revision-loader.js';

const NOW_MS = Date.parse('2026-11-23T12:00:00Z');
const FILES = Object.entries(manyFlagFiles(8));
const EXTRA = [
  ['area-0/more.yaml', FILES.find(([path]) => path.startsWith('area-'))?.[1] ?? ''],
  ['README.md', 'Read me\n'],
  ['stray.yml', 'a: 1\n'],
] as const;

/** One that seems to have lost everything before each load, so that it is always fed the whole tree. */
function forgetful(): LoadRunner {
  let lost = 0;
  return Object.assign(new InlineLoadRunner(), {
    epoch: () => {
      lost += 1;
      return lost;
    },
  });
}

function counting(count: () => void): LoadRunner {
  const runner = new InlineLoadRunner();
  const amend: LoadRunner['amend'] = (changes) => {
    count();
    return InlineLoadRunner.prototype.amend.call(runner, changes);
  };
  return Object.assign(runner, { amend });
}

/** Of every file whether it is there, and in which version; `twice` lists the first one again. */
interface Tree {
  readonly versions: readonly number[];
  readonly twice: boolean;
  readonly reversed: boolean;
  readonly adopted: boolean;
  /** The content of what is new cannot be had. */
  readonly torn: boolean;
  /** Earlier texts can be looked up. */
  readonly recalls: boolean;
}

const rarely = fc.nat(9).map((n) => n === 0);
const trees: fc.Arbitrary<Tree[]> = fc.array(
  fc.record({
    versions: fc.array(fc.constantFrom(0, 0, 0, 0, 0, 1, 2, -1, 3, 3, 4), {
      minLength: FILES.length + EXTRA.length,
      maxLength: FILES.length + EXTRA.length,
    }),
    twice: rarely,
    reversed: rarely,
    adopted: rarely.map((not) => !not),
    torn: rarely,
    recalls: fc.boolean(),
  }),
  { minLength: 4, maxLength: 8 },
);

function filesOf({ versions, twice, reversed }: Tree): { refs: FileRef[]; texts: Map<string, string> } {
  const texts = new Map<string, string>();
  const refs = [...FILES, ...EXTRA].flatMap(([path, text], index): FileRef[] => {
    const version = versions[index] ?? 0;
    const isThere = index < FILES.length ? version >= 0 : version > 0;
    if (!isThere) return [];
    // From the third version on many people get it at once, which is a way back where it was live before.
    const said =
      version < 3 ? text : text.replace('production: off', 'production: { split: { on: 40, off: 60 } }');
    const own = version > 0 && index < FILES.length ? `${said}# version ${version}\n` : said;
    texts.set(gitBlobId(own), own);
    return [{ path, blob: gitBlobId(own), entry: 'file' }];
  });
  const [first] = refs;
  if (twice && first !== undefined) refs.push(first);
  return { refs: reversed ? refs.reverse() : refs, texts };
}

const JUMPS = ['percent-jump', 'new-flag-live'];

/** Every text that was ever sent. */
const ARCHIVE = new Map<string, string>();

function contentsOf(texts: ReadonlyMap<string, string>, refs: readonly { readonly blob: string }[]) {
  return refs.map(({ blob }) => [blob, new TextEncoder().encode(texts.get(blob))] as const);
}

async function load(loader: RevisionLoader, newest: NewestContent, tree: Tree): Promise<LoadOutcome> {
  const { refs, texts } = filesOf(tree);
  for (const [blob, text] of texts) ARCHIVE.set(blob, text);
  const outcome = await loader.load({
    files: refs,
    order: { kind: 'judge', commit: 'c'.repeat(40), nowMs: NOW_MS },
    contents: async (asked) => (tree.torn ? [] : contentsOf(texts, asked)),
    ...(tree.recalls
      ? { past: { commits: async () => [], contents: async (asked) => contentsOf(ARCHIVE, asked) } }
      : {}),
  });
  if (tree.adopted && outcome.received !== undefined) {
    newest.replace(outcome.received);
    await loader.adopt();
  } else await loader.discard();
  return outcome;
}

it('brings the same whether a tree is fed as a difference or as a whole', async () => {
  const seen = { amended: 0, refused: 0, wentBack: 0 };
  await fc.assert(
    fc.asyncProperty(trees, async (steps) => {
      const count = () => {
        seen.amended += 1;
      };
      const sides = [counting(count), forgetful()].map((runner) => {
        const newest = new NewestContent();
        return { newest, loader: new RevisionLoader(runner, newest) };
      });
      for (const tree of steps) {
        const outcomes: LoadOutcome[] = [];
        for (const { loader, newest } of sides) outcomes.push(await load(loader, newest, tree));
        expect(outcomes[0]).toEqual(outcomes[1]);
        const { doubts, findings } = (outcomes[0] as LoadOutcome).summary;
        const jumps = new Set(findings.flatMap(({ path, code }) => (JUMPS.includes(code) ? path : [])));
        seen.refused += jumps.size;
        seen.wentBack += doubts.length - jumps.size;
      }
    }),
    { numRuns: 12, seed: 20261128 },
  );
  expect(seen.amended).toBeGreaterThan(12);
  expect(seen.refused).toBeGreaterThan(0);
  expect(seen.wentBack).toBeGreaterThan(0);
}, 60_000);

it('brings up earlier texts for one load alone', async () => {
  const newest = new NewestContent();
  let amended = 0;
  const loader = new RevisionLoader(
    counting(() => {
      amended += 1;
    }),
    newest,
  );
  const states: string[] = [];
  const steps = [
    { version: 3, adopted: true, recalls: false },
    { version: 0, adopted: true, recalls: false },
    { version: 4, adopted: false, recalls: false },
    { version: 4, adopted: false, recalls: true },
    { version: 4, adopted: false, recalls: false },
  ];
  for (const { version, adopted, recalls } of steps) {
    const versions = FILES.map((_, index) => (index === 1 ? version : 0));
    const tree = { versions, adopted, recalls, twice: false, reversed: false, torn: false };
    states.push((await load(loader, newest, tree)).summary.state);
  }
  expect(states).toEqual(['accepted', 'accepted', 'partly', 'accepted', 'partly']);
  expect(amended).toBe(4);
});
