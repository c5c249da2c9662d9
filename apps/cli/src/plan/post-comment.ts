import { readFileSync } from 'node:fs';
import { CliError } from '../cli-error.js';
import type { Io } from '../io.js';
import { COMMENT_MARKER } from './markdown-plan.js';

/** Where a comment goes, and how to ask there. */
interface CommentPlace {
  /** Lists and creates. */
  readonly listUrl: string;
  updateUrl(id: number): string;
  readonly updateMethod: 'PATCH' | 'PUT';
  readonly headers: { readonly [name: string]: string };
}

interface FoundComment {
  readonly id: number;
  readonly body: string;
}

const TIMEOUT_MS = 15_000;
const PER_PAGE = 100;
/** A pull request with more comments than this gets another one rather than an endless search. */
const MOST_PAGES = 20;

/**
 * Puts the plan under the pull request for which this CI job runs, in place of its own earlier comment. Everything that it
 * needs stands in the variables that GitHub Actions and GitLab CI set, and in `GUIDON_COMMENT_TOKEN`.
 *
 * @returns what was done, for the log.
 */
export async function postComment(io: Io, body: string): Promise<string> {
  const place = placeFrom(io);
  const existing = await findComment(io, place);
  if (existing === undefined) {
    await call(io, place, { method: 'POST', url: place.listUrl, body });
    return 'Commented.';
  }
  if (existing.body === body) return 'The comment says so already.';
  await call(io, place, { method: place.updateMethod, url: place.updateUrl(existing.id), body });
  return 'Updated the comment.';
}

function placeFrom(io: Io): CommentPlace {
  const { env } = io;
  const token = env.GUIDON_COMMENT_TOKEN;
  if (token === undefined || token === '')
    throw wrong('--comment wants a token that may write comments, in GUIDON_COMMENT_TOKEN');
  if (env.GITHUB_ACTIONS === 'true') return onGitHub(env, token);
  if (env.GITLAB_CI === 'true') return onGitLab(env, token);
  throw wrong('--comment works in GitHub Actions and GitLab CI; --markdown prints the same anywhere');
}

function onGitHub(env: Io['env'], token: string): CommentPlace {
  const api = env.GITHUB_API_URL ?? 'https://api.github.com';
  const repository = env.GITHUB_REPOSITORY;
  const number = pullNumber(env.GITHUB_EVENT_PATH);
  if (repository === undefined || number === undefined)
    throw wrong('this job runs for no pull request (GITHUB_EVENT_PATH names none)');
  const issues = `${api}/repos/${repository}/issues`;
  return {
    listUrl: `${issues}/${number}/comments`,
    updateUrl: (id) => `${issues}/comments/${id}`,
    updateMethod: 'PATCH',
    headers: { authorization: `Bearer ${token}`, accept: 'application/vnd.github+json' },
  };
}

function pullNumber(eventPath: string | undefined): number | undefined {
  if (eventPath === undefined) return undefined;
  try {
    const event = JSON.parse(readFileSync(eventPath, 'utf8')) as { pull_request?: { number?: unknown } };
    const number = event.pull_request?.number;
    return Number.isSafeInteger(number) ? (number as number) : undefined;
  } catch {
    return undefined;
  }
}

function onGitLab(env: Io['env'], token: string): CommentPlace {
  const { CI_API_V4_URL: api, CI_PROJECT_ID: project, CI_MERGE_REQUEST_IID: number } = env;
  if (api === undefined || project === undefined || number === undefined)
    throw wrong('this job runs for no merge request (CI_MERGE_REQUEST_IID is not set)');
  const notes = `${api}/projects/${encodeURIComponent(project)}/merge_requests/${encodeURIComponent(number)}/notes`;
  return {
    listUrl: notes,
    updateUrl: (id) => `${notes}/${id}`,
    updateMethod: 'PUT',
    headers: { 'private-token': token },
  };
}

/** The oldest comment that begins with the marker. That of somebody who copied it cannot be changed, and fails aloud. */
async function findComment(io: Io, place: CommentPlace): Promise<FoundComment | undefined> {
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const url = `${place.listUrl}?per_page=${PER_PAGE}&page=${page}`;
    const comments = (await call(io, place, { method: 'GET', url })) as FoundComment[];
    if (!Array.isArray(comments)) throw new CliError('The Git host did not answer with a list of comments.');
    const found = comments.find(({ body }) => typeof body === 'string' && body.startsWith(COMMENT_MARKER));
    if (found !== undefined) return found;
    if (comments.length < PER_PAGE) return undefined;
  }
  return undefined;
}

async function call(
  io: Io,
  { headers }: CommentPlace,
  request: { readonly method: string; readonly url: string; readonly body?: string },
): Promise<unknown> {
  const { method, url, body } = request;
  const sent = body === undefined ? {} : { body: JSON.stringify({ body }) };
  const response = await io
    .fetch(url, {
      method,
      headers: {
        ...headers,
        'user-agent': 'guidon',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      // A redirect would hand the token to another host.
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...sent,
    })
    .catch((error: unknown) => {
      throw new CliError(
        `The Git host cannot be reached at ${new URL(url).origin}: ${(error as Error).message}.`,
      );
    });
  if (!response.ok)
    throw new CliError(
      `The Git host answered ${response.status} to ${method} ${new URL(url).pathname}; may the token write comments?`,
    );
  return response.json().catch(() => undefined);
}

function wrong(sentence: string): CliError {
  return new CliError(`${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`, { usage: true });
}
