import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createIo, json, type Sent } from '../../test/create-io.js';
import { COMMENT_MARKER } from './markdown-plan.js';
import { postComment } from './post-comment.js';

const BODY = `${COMMENT_MARKER}\nnew`;

describe('postComment', () => {
  let folder: string;
  let event: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'guidon-comment-'));
    event = join(folder, 'event.json');
    writeFileSync(event, JSON.stringify({ pull_request: { number: 7 } }));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const github = () => ({
    GITHUB_ACTIONS: 'true',
    GITHUB_API_URL: 'https://api.example',
    GITHUB_REPOSITORY: 'acme/shop',
    GITHUB_EVENT_PATH: event,
    GUIDON_COMMENT_TOKEN: 'secret',
  });
  const GITLAB = {
    GITLAB_CI: 'true',
    CI_API_V4_URL: 'https://gitlab.example/api/v4',
    CI_PROJECT_ID: '12',
    CI_MERGE_REQUEST_IID: '3',
    GUIDON_COMMENT_TOKEN: 'secret',
  };

  async function post(env: Record<string, string>, comments: readonly object[]) {
    const serve = ({ method, url }: Sent) => {
      if (method !== 'GET') return json({ id: 1 });
      const page = Number(new URL(url).searchParams.get('page'));
      return json(comments.slice((page - 1) * 100, page * 100));
    };
    const io = createIo([], { env, serve });
    const said = await postComment(io, BODY);
    return { said, calls: io.sent.map(({ method, url }) => `${method} ${url}`), last: io.sent.at(-1)! };
  }

  it('comments once on GitHub, and then updates its own comment, wherever in the list it is', async () => {
    const base = 'https://api.example/repos/acme/shop/issues';
    const first = await post(github(), [{ id: 1, body: 'hello' }]);
    expect(first.calls).toEqual([`GET ${base}/7/comments?per_page=100&page=1`, `POST ${base}/7/comments`]);
    expect(first.last.body).toEqual({ body: BODY });
    expect(first.last.headers.get('authorization')).toBe('Bearer secret');
    const many = Array.from({ length: 130 }, (_, i) => ({ id: i, body: 'hello' }));
    const later = await post(github(), [...many, { id: 999, body: `${COMMENT_MARKER}\nold` }]);
    expect(later.calls.slice(1)).toEqual([
      `GET ${base}/7/comments?per_page=100&page=2`,
      `PATCH ${base}/comments/999`,
    ]);
    expect(later.said).toBe('Updated the comment.');
  });

  it('does the same on GitLab', async () => {
    const base = 'https://gitlab.example/api/v4/projects/12/merge_requests/3/notes';
    const { calls, last } = await post(GITLAB, [{ id: 5, body: `${COMMENT_MARKER}\nold` }]);
    expect(calls).toEqual([`GET ${base}?per_page=100&page=1`, `PUT ${base}/5`]);
    expect(last.headers.get('private-token')).toBe('secret');
    expect((await post(GITLAB, [])).calls[1]).toBe(`POST ${base}`);
  });

  it('leaves a comment alone that says the same', async () => {
    expect(await post(GITLAB, [{ id: 5, body: BODY }])).toMatchObject({
      said: 'The comment says so already.',
    });
  });

  it('says what is missing: a token, a pull request, a host that it knows', async () => {
    const refusal = (env: Record<string, string>) => postComment(createIo([], { env }), BODY);
    await expect(refusal({ ...github(), GUIDON_COMMENT_TOKEN: '' })).rejects.toThrow('GUIDON_COMMENT_TOKEN');
    await expect(refusal({ ...github(), GITHUB_EVENT_PATH: join(folder, 'none') })).rejects.toThrow(
      'This job runs for no pull request',
    );
    await expect(refusal({ ...GITLAB, CI_MERGE_REQUEST_IID: undefined as never })).rejects.toThrow(
      'This job runs for no merge request',
    );
    await expect(refusal({ GUIDON_COMMENT_TOKEN: 'x' })).rejects.toThrow(
      '--markdown prints the same anywhere',
    );
  });

  it('says what the host answered, and never the token', async () => {
    const io = createIo([], { env: GITLAB, serve: () => json({ message: 'no' }, 403) });
    const failure = await postComment(io, BODY).catch((error: unknown) => String(error));
    expect(failure).toContain('answered 403 to GET /api/v4/projects/12/merge_requests/3/notes');
    expect(failure).not.toContain('secret');
    const offline = await postComment(createIo([], { env: GITLAB }), BODY).catch((error: unknown) =>
      String(error),
    );
    expect(offline).toContain('cannot be reached at https://gitlab.example');
  });
});
