import { describe, expect, it } from '@jest/globals';
import {
  type CommitFact,
  type HostFacts,
  judgeReview,
  type PullRequestFact,
  participantsOf,
  type ReviewFacts,
  type ReviewRules,
  rulesOf,
  type SignatureFact,
} from './index.js';

const FREE: ReviewRules = { signatures: 'optional', reviews: 0, from: 'revision-before', allowedSigners: '' };
const SIGNED: ReviewRules = { ...FREE, signatures: 'required' };
const ONE: ReviewRules = { ...FREE, reviews: 1 };
const TWO: ReviewRules = { ...FREE, reviews: 2 };

const by = (principal: string): SignatureFact => ({ kind: 'good', principal });

function commit(id: string, author: string, more: Partial<CommitFact> = {}): CommitFact {
  const person = { name: author, email: `${author}@acme.example` };
  return {
    commit: id,
    parents: ['base'],
    author: person,
    committer: person,
    signature: { kind: 'none' },
    isEditedMerge: false,
    ...more,
  };
}

function pull(more: Partial<PullRequestFact> = {}): PullRequestFact {
  return { id: '#7', author: 'ada', approvers: [], ...more };
}

function facts(
  commits: readonly CommitFact[],
  host: HostFacts | readonly PullRequestFact[] = [],
): ReviewFacts {
  const known: HostFacts = 'kind' in host ? host : { kind: 'known', pullRequests: host };
  return { commits, head: commits.at(-1)?.commit ?? 'base', host: known };
}

function codes(of: ReviewFacts, rules: ReviewRules): string[] {
  return judgeReview(of, rules).violations.map(({ code }) => code);
}

describe('signatures', () => {
  it('are asked for on every commit of a push, and each failure has its own sentence', () => {
    const signatures: SignatureFact[] = [
      by('ada@acme.example'),
      { kind: 'none' },
      { kind: 'bad' },
      { kind: 'unknown-signer', fingerprint: 'SHA256:x' },
      { kind: 'expired-signer', fingerprint: 'SHA256:x' },
      { kind: 'foreign', format: 'OpenPGP' },
      { kind: 'unverifiable', sentence: 'This machine has no ssh-keygen.' },
    ];
    const commits = signatures.map((signature, index) =>
      commit(`c${index}`, 'ada', { signature, parents: [index === 0 ? 'base' : `c${index - 1}`] }),
    );
    const { violations } = judgeReview(facts(commits), SIGNED);
    expect(violations.map(({ code }) => code)).toEqual([
      'unsigned',
      'bad-signature',
      'unknown-signer',
      'expired-signer',
      'foreign-signature',
      'signature-not-verifiable',
    ]);
    expect(new Set(violations.map(({ sentence }) => sentence.replace(/c\d/, ''))).size).toBe(6);
    expect(violations.at(-1)?.sentence).toContain('no ssh-keygen');
    expect(codes(facts(commits), FREE)).toEqual([]);
  });

  it('of a forged author prove the signer, so that he cannot approve himself under his own name', () => {
    const forged = commit('c1', 'bo', { signature: by('mallory@acme.example') });
    const approved = facts([forged], [pull({ author: 'bo', approvers: ['Mallory@acme.example'] })]);
    expect(codes(approved, ONE)).toEqual(['reviewed-by-author']);
    expect(judgeReview(approved, ONE).reviewed).toBe(false);
  });
});

describe('reviews', () => {
  it('are missing from a direct push, which shows even where nothing is demanded', () => {
    const pushed = facts([commit('c1', 'ada', { signature: by('ada@acme.example') })]);
    expect(judgeReview(pushed, FREE)).toEqual({ reviewed: false, violations: [] });
    expect(judgeReview(pushed, ONE).violations).toEqual([
      {
        code: 'direct-push',
        sentence: 'Commit c1 came to the branch by a direct push; it needs 1 person other than its authors.',
      },
    ]);
  });

  it('count people once, and none who wrote some of it, by whatever name', () => {
    const own = commit('c1', 'ada', { author: { name: 'Ada', email: '12+Ada-L@users.noreply.github.com' } });
    const judged = (approvers: string[], rules = ONE) =>
      judgeReview(facts([own], [pull({ author: 'ada', approvers })]), rules);
    expect(judged(['ada-l']).violations.map(({ code }) => code)).toEqual(['reviewed-by-author']);
    expect(judged(['ada', 'ADA']).reviewed).toBe(false);
    expect(judged(['bo'])).toEqual({ reviewed: true, violations: [] });
    expect(judged(['bo', 'Bo '], TWO).violations.map(({ code }) => code)).toEqual(['too-few-reviews']);
    expect(judged(['bo', 'cem'], TWO)).toEqual({ reviewed: true, violations: [] });
  });

  it('count whoever merged what others wrote, by host or by signature', () => {
    const own = commit('c1', 'ada');
    expect(codes(facts([own], [pull({ mergedBy: 'bo' })]), ONE)).toEqual([]);
    expect(codes(facts([own], [pull({ mergedBy: 'ada' })]), ONE)).toEqual(['reviewed-by-author']);
    const merge = (signature: SignatureFact) =>
      facts([own, commit('m', 'bo', { parents: ['base', 'c1'], signature })], { kind: 'not-asked' });
    expect(codes(merge(by('bo@acme.example')), ONE)).toEqual([]);
    expect(codes(merge(by('ada@acme.example')), ONE)).toEqual(['reviewed-by-author']);
    const edited = commit('m', 'bo', {
      parents: ['base', 'c1'],
      signature: by('bo@acme.example'),
      isEditedMerge: true,
    });
    expect(codes(facts([own, edited], { kind: 'not-asked' }), ONE)).toEqual(['reviewed-by-author']);
    // Without a signature it is only a claim who merged.
    expect(codes(merge({ kind: 'none' }), ONE)).toEqual(['too-few-reviews']);
  });

  it('take a merge that brings in nothing for its maker’s own work', () => {
    const merge = commit('m', 'bo', { parents: ['base', 'older'], signature: by('bo@acme.example') });
    expect(codes(facts([merge], { kind: 'not-asked' }), ONE)).toEqual(['reviewed-by-author']);
  });

  it('find the commit that was pushed beside a pull request', () => {
    const commits = [
      commit('c1', 'ada'),
      commit('m1', 'bo', { parents: ['base', 'c1'] }),
      commit('direct', 'eve', { parents: ['m1'] }),
    ];
    const host = [pull({ approvers: ['bo'], commits: ['c1', 'm1'] })];
    const { reviewed, violations } = judgeReview(facts(commits, host), ONE);
    expect([reviewed, violations.map(({ code, sentence }) => [code, sentence.includes('direct')])]).toEqual([
      false,
      [['direct-push', true]],
    ]);
    expect(codes(facts(commits.slice(0, 2), host), ONE)).toEqual([]);
  });

  it('find the commit that was pushed onto a branch after its pull request was approved', () => {
    const commits = [
      commit('c1', 'ada'),
      commit('c2', 'eve', { parents: ['c1'] }),
      commit('m', 'bo', { parents: ['base', 'c2'] }),
    ];
    expect(codes(facts(commits, [pull({ approvers: ['bo'], commits: ['c1', 'm'] })]), ONE)).toHaveLength(1);
  });

  it('are not proved while the host cannot be asked, with a sentence of its own', () => {
    const away: HostFacts = { kind: 'unreachable', sentence: 'It answered 503.' };
    const { reviewed, violations } = judgeReview(facts([commit('c1', 'ada')], away), ONE);
    expect([reviewed, violations]).toEqual([
      false,
      [{ code: 'review-not-proven', sentence: expect.stringContaining('It answered 503.') }],
    ]);
  });

  it('are asked of machines as of anybody', () => {
    const bot = commit('c1', 'guidon', { author: { name: 'Guidon', email: 'guidon[bot]@acme.example' } });
    expect(codes(facts([bot]), ONE)).toEqual(['direct-push']);
    expect(codes(facts([bot], [pull({ author: 'guidon[bot]', approvers: ['guidon[bot]'] })]), ONE)).toEqual([
      'reviewed-by-author',
    ]);
  });

  it('prove nothing of commits that were not looked at', () => {
    const some = {
      ...facts([commit('c1', 'ada')], [pull({ approvers: ['bo'] })]),
      gap: 'It has more than 500.',
    };
    expect([codes(some, ONE), judgeReview(some, FREE)]).toEqual([
      ['commits-unknown'],
      { reviewed: false, violations: [] },
    ]);
  });
});

it('lists who took part, each once', () => {
  const commits = [commit('c1', 'ada', { signature: by('ada@acme.example') }), commit('c2', 'ada')];
  expect(
    participantsOf(facts(commits, [pull({ approvers: ['bo', 'BO'], url: 'https://git.example/7' })])),
  ).toEqual({
    authors: ['ada@acme.example'],
    committers: ['ada@acme.example'],
    signers: ['ada@acme.example'],
    approvers: ['bo'],
    pullRequests: [{ id: '#7', url: 'https://git.example/7' }],
  });
});

describe('the rules', () => {
  const commits = { signatures: 'required', reviews: 2, rewrite: 'refused' } as const;

  it('are those of the revision before, with its signers', () => {
    expect(rulesOf({ project: { commits }, allowedSigners: 'ada …' }, 'anchor …')).toEqual({
      signatures: 'required',
      reviews: 2,
      from: 'revision-before',
      allowedSigners: 'ada …',
    });
  });

  it('take the signers of the anchor until a revision has a list of its own', () => {
    expect(rulesOf({ project: { commits } }, 'anchor …').allowedSigners).toBe('anchor …');
  });

  it('ask the first revision for a signature of the anchor, and for nothing where there is none', () => {
    const anchored = { signatures: 'required', reviews: 0, from: 'first-anchor', allowedSigners: 'anchor …' };
    expect(rulesOf(undefined, 'anchor …')).toEqual(anchored);
    const free = { signatures: 'optional', reviews: 0, from: 'nothing', allowedSigners: '' };
    expect(rulesOf(undefined, undefined)).toEqual(free);
  });
});
