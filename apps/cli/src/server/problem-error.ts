import type { Problem } from '@guidon/protocol/errors';
import { CliError } from '../cli-error.js';

/** Turns a problem document, or whatever else came, into one sentence and the violations below it. */
export async function problemError(
  response: Response,
  { url, command }: { readonly url: string; readonly command: string },
): Promise<CliError> {
  const body: unknown = await response.json().catch(() => undefined);
  if (!isProblem(body)) {
    return new CliError(`The server at ${url} answered ${response.status} without saying why.`, {
      ...{ code: 'not-guidon', status: response.status },
    });
  }
  const hint = response.status === 401 ? ' Check GUIDON_KEY.' : '';
  const details = (body.violations ?? []).map(({ pointer, sentence }) =>
    pointer === '' ? sentence : `${pointer}: ${sentence}`,
  );
  if (response.status >= 500) details.push(`request ${body.instance}`);
  const { code } = body;
  return new CliError(`${inCommands(sentences(body), command)}${hint}`, {
    ...{ code, details, usage: MISNAMED.has(code), status: response.status },
  });
}

/** A name that the person gave wrongly, as it is where the files of a checkout are asked. */
const MISNAMED: ReadonlySet<string> = new Set(['flag-not-found', 'environment-not-found']);

/** What lists, at a terminal, what the server says that an address of it lists. */
const LISTING = new Map([
  ['red-button', 'status'],
  ['rollouts', 'rollouts'],
]);

function inCommands(sentence: string, command: string): string {
  return sentence.replace(/\bGET \/api\/v1\/([a-z-]+)/g, (address, name: string) => {
    const listing = LISTING.get(name);
    return listing === undefined ? address : `\`${command} ${listing}\``;
  });
}

function sentences(problem: Problem): string {
  const { title, detail } = problem;
  return detail === '' || detail === title ? `${title}.` : `${title}: ${detail}`;
}

function isProblem(body: unknown): body is Problem {
  const candidate = body as Partial<Problem> | null | undefined;
  return typeof candidate?.title === 'string' && typeof candidate.code === 'string';
}
