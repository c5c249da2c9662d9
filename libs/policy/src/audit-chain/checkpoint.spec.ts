import { createHash } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { type ChainLink, EMPTY_CHAIN, linkEntry } from './audit-chain.js';
import { type Checkpoint, NO_CHECKPOINTS, verifyCheckpoints } from './checkpoint.js';

const FUNCTIONS = {
  sha256: (text: string) => createHash('sha256').update(text).digest('hex'),
  canonicalize: (value: unknown) => JSON.stringify(value),
};

function chain(length: number, word = 'act'): ChainLink[] {
  const links: ChainLink[] = [];
  for (let index = 0; index < length; index += 1)
    links.push(linkEntry(links.at(-1) ?? EMPTY_CHAIN, { word, index }, FUNCTIONS));
  return links;
}

function signed(link: ChainLink, key = 'ours'): Checkpoint {
  const { sequence, hash } = link;
  return { sequence, hash, at: '2026-11-23T12:00:00Z', key, signature: 'good' };
}

const judge = ({ key, signature }: Checkpoint) =>
  key === 'ours' ? (signature === 'good' ? 'good' : 'bad') : 'unknown-key';
const options = { judge, tally: NO_CHECKPOINTS } as const;

it('counts what is proven, and leaves checkpoints of other keys aside', () => {
  const links = chain(5);
  const checkpoints = [signed(links[1]!), signed(links[2]!, 'theirs'), signed(links[3]!)];
  expect(verifyCheckpoints(checkpoints, links, options)).toEqual({
    ok: true,
    tally: { proven: 2, upTo: 4, unknownKey: 1 },
  });
});

it('notices a log that was forged anew with all its hashes, and says between which entries', () => {
  const [links, forged] = [chain(5), chain(5, 'forged')];
  const mixed = [...links.slice(0, 2), ...forged.slice(2)];
  expect(verifyCheckpoints([signed(links[1]!), signed(links[4]!)], mixed, options)).toMatchObject({
    ok: false,
    sequence: 3,
    reason: expect.stringContaining('It or one up to 5 was rewritten'),
  });
});

it('notices an end that was cut off, and a signature that does not fit', () => {
  const links = chain(5);
  expect(verifyCheckpoints([signed(links[4]!)], links.slice(0, 4), options)).toMatchObject({ sequence: 5 });
  expect(verifyCheckpoints([{ ...signed(links[2]!), signature: 'forged' }], links, options)).toMatchObject({
    ok: false,
    sequence: 3,
  });
});

it('goes on from page to page', () => {
  const links = chain(6);
  const first = verifyCheckpoints([signed(links[1]!)], links.slice(0, 3), options);
  if (!first.ok) throw new Error(first.reason);
  const { tally } = first;
  expect(verifyCheckpoints([signed(links[5]!)], links.slice(3), { judge, tally })).toEqual({
    ok: true,
    tally: { proven: 2, upTo: 6, unknownKey: 0 },
  });
});
