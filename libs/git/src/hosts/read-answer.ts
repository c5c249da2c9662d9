import { HostError } from './host-error.js';

/** Readers for what a host answered: every field is checked, since nothing promises that it is what its documents say. */
export type Answer = { readonly [field: string]: unknown };

export function objectOf(value: unknown, what: string): Answer {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Answer;
  throw bad(`${what} is no object`);
}

export function listOf(value: unknown, what: string): Answer[] {
  if (!Array.isArray(value)) throw bad(`${what} is no list`);
  return value.map((item, index) => objectOf(item, `${what}[${index}]`));
}

export function fieldOf(answer: Answer, name: string): unknown {
  return Object.hasOwn(answer, name) ? answer[name] : undefined;
}

export function textOf(answer: Answer, name: string): string {
  const value = fieldOf(answer, name);
  if (typeof value === 'string' && value !== '') return value;
  throw bad(`"${name}" is no text`);
}

export function optionalText(answer: Answer, name: string): string | undefined {
  const value = fieldOf(answer, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function numberOf(answer: Answer, name: string): number {
  const value = fieldOf(answer, name);
  if (Number.isSafeInteger(value)) return value as number;
  throw bad(`"${name}" is no whole number`);
}

/** A link for people: only http and https, so that no console ever shows a script. */
export function linkOf(answer: Answer, name: string): string {
  const text = textOf(answer, name);
  if (/^https?:\/\/[^\s]+$/.test(text)) return text;
  throw bad(`"${name}" is no link`);
}

/** A field of an object inside, e.g. the `login` of `user`; undefined where either is missing or null. */
export function innerText(answer: Answer, name: string, inner: string): string | undefined {
  const value = fieldOf(answer, name);
  return typeof value === 'object' && value !== null ? optionalText(value as Answer, inner) : undefined;
}

function bad(what: string): HostError {
  return new HostError('bad-answer', `The host's answer is not what its documents say: ${what}.`);
}
