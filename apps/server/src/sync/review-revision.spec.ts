import { type Mirror, openMirror } from '@guidon/git';
import type { HostFacts } from '@guidon/policy/review';
import {
  createGitRemote,
  findSshKeygen,
  type GitRemote,
  makeSshKey,
  type SshKey,
  temporaryFolder,
} from '@guidon/testkit';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type ReviewQuestion, reviewRevision } from './review-revision.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

const available = await findSshKeygen();
const STRICT = { commits: { signatures: 'required', reviews: 1, rewrite: 'refused' } } as const;

(available ? describe : describe.skip)('a revision under strict rules', () => {
  let ada: SshKey;
  let bo: SshKey;
  let remote: GitRemote;
  let mirror: Mirror;
  let from: string;
  let signers: string;

  beforeAll(async () => {
    [ada, bo] = [await makeSshKey(), await makeSshKey()];
    signers = ada.signer('ada@acme.example') + bo.signer('bo@acme.example');
    remote = await createGitRemote({ files: { 'flags/guidon.yaml': 'project: shop\n' } });
    mirror = await openMirror({ url: remote.url, directory: await temporaryFolder() });
    from = await mirror.fetchHead();
  });

  async function commit(key: SshKey, subject: string): Promise<void> {
    await remote.person.git(...key.signing, 'commit', '--quiet', '--allow-empty', `--message=${subject}`);
  }

  async function review(more: Partial<ReviewQuestion> = {}) {
    await remote.person.push({ force: true });
    const to = await mirror.fetchHead();
    const accepted = { project: STRICT, allowedSigners: signers };
    const askHost = async (): Promise<HostFacts> => ({ kind: 'not-asked' });
    return reviewRevision(mirror, {
      from,
      to,
      accepted,
      anchor: undefined,
      askHost,
      nowMs: Date.now(),
      ...more,
    });
  }

  it('is unreviewed when pushed directly, and reviewed when somebody else signed the merge', async () => {
    await remote.person.git('checkout', '--quiet', '-b', 'topic');
    await commit(ada, 'topic');
    const pushed = await review();
    expect(pushed.rules.from).toBe('revision-before');
    expect(pushed.verdict).toMatchObject({ reviewed: false, violations: [{ code: 'direct-push' }] });
    await remote.person.git('checkout', '--quiet', 'main');
    await remote.person.git(...bo.signing, 'merge', '--quiet', '--no-ff', '--message=Merge', 'topic');
    const merged = await review();
    expect(merged.verdict).toEqual({ reviewed: true, violations: [] });
    expect(merged.participants.signers).toEqual(['ada@acme.example', 'bo@acme.example']);
  });

  it('is judged by the list before it, so that a new signer cannot vouch for himself', async () => {
    const eve = await makeSshKey();
    await remote.person.git('reset', '--quiet', '--hard', from);
    await remote.person.write('flags/allowed_signers', signers + eve.signer('eve@acme.example'));
    await remote.person.git('add', '--all');
    await commit(eve, 'Let me in');
    expect((await review()).verdict.violations.map(({ code }) => code)).toEqual([
      'unknown-signer',
      'direct-push',
    ]);
  });

  it('is asked about at the host by its commits, and the host’s word counts', async () => {
    await remote.person.git('reset', '--quiet', '--hard', from);
    await commit(ada, 'one');
    let asked: readonly string[] = [];
    const approved = await review({
      askHost: async (commits) => {
        asked = commits;
        return { kind: 'known', pullRequests: [{ id: '#3', approvers: ['cem@acme.example'] }] };
      },
    });
    expect(asked).toEqual([await remote.head()]);
    expect(approved).toMatchObject({
      verdict: { reviewed: true, violations: [] },
      participants: { approvers: ['cem@acme.example'], pullRequests: [{ id: '#3' }] },
    });
  });

  it('is not proved when the revision before is gone from the repository', async () => {
    const { verdict } = await review({ from: '0'.repeat(40) });
    expect(verdict).toMatchObject({ reviewed: false, violations: [{ code: 'commits-unknown' }] });
    expect(verdict.violations[0]?.sentence).toContain('is not in the repository');
  });

  it('must carry the signature of the anchor when it is the first, and is free without an anchor', async () => {
    const first = { from: undefined, accepted: undefined };
    const anchored = await review({ ...first, anchor: bo.signer('bo@acme.example') });
    expect(anchored).toMatchObject({
      rules: { from: 'first-anchor' },
      verdict: { violations: [{ code: 'unknown-signer' }] },
    });
    expect((await review({ ...first, anchor: ada.signer('ada@acme.example') })).verdict.violations).toEqual(
      [],
    );
    expect((await review(first)).verdict.violations).toEqual([]);
  });
});
