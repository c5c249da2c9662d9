import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import canonicalize from 'canonicalize';
import {
  type ChainFunctions,
  type ChainHead,
  type ChainLink,
  EMPTY_CHAIN,
  linkEntry,
  verifyChain,
  verifyEnd,
} from './audit-chain.js';

const functions: ChainFunctions = {
  sha256: (text) => createHash('sha256').update(text).digest('hex'),
  canonicalize: (value) => canonicalize(value) ?? '',
};

function chainOf(count: number): ChainLink[] {
  const links: ChainLink[] = [];
  let head: ChainHead = EMPTY_CHAIN;
  for (let index = 0; index < count; index += 1) {
    const link = linkEntry(
      head,
      { action: 'kill.press', reason: `number ${index}`, actor: 'ünï' },
      functions,
    );
    links.push(link);
    head = link;
  }
  return links;
}

it('makes a chain that verifies, also page by page', () => {
  const links = chainOf(5);
  expect(verifyChain(links, functions)).toMatchObject({ ok: true, head: { sequence: 5 } });
  const first = verifyChain(links.slice(0, 2), functions);
  expect(first.ok).toBe(true);
  if (first.ok)
    expect(verifyChain(links.slice(2), { ...functions, from: first.head })).toMatchObject({ ok: true });
});

it('does not care about the order of names in an entry', () => {
  const one = linkEntry(EMPTY_CHAIN, { action: 'x', actor: 'y' }, functions);
  const other = linkEntry(EMPTY_CHAIN, { actor: 'y', action: 'x' }, functions);
  expect(one.hash).toBe(other.hash);
});

describe('given a chain that somebody changed', () => {
  it('names the entry whose text was changed, also when its hash was made to fit', () => {
    const links = chainOf(5);
    const text = links[2].body.replace('number 2', 'number 9');
    links[2] = { ...links[2], body: text };
    expect(verifyChain(links, functions)).toMatchObject({ ok: false, sequence: 3 });
    links[2] = { ...links[2], hash: functions.sha256(text) };
    expect(verifyChain(links, functions)).toMatchObject({ ok: false, sequence: 4 });
  });

  it('names the gap where an entry was taken out or two were exchanged', () => {
    const links = chainOf(5);
    const without = links.filter((link) => link.sequence !== 3);
    expect(verifyChain(without, functions)).toEqual({
      ok: false,
      sequence: 3,
      reason: 'Entry 3 is missing.',
    });
    const exchanged = [links[0], links[2], links[1]].map((link, index) => ({ ...link, sequence: index + 1 }));
    expect(verifyChain(exchanged, functions)).toMatchObject({ ok: false, sequence: 2 });
  });

  it('notices that the end was cut off', () => {
    const links = chainOf(5);
    const verdict = verifyChain(links.slice(0, 3), functions);
    if (!verdict.ok) throw new Error('the shortened chain should be whole in itself');
    expect(verifyEnd(verdict.head, links[4])).toMatchObject({ ok: false, sequence: 4 });
    expect(verifyEnd({ ...links[4] }, links[4])).toMatchObject({ ok: true });
  });
});
