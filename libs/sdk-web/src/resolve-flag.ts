import type { BulkAnswer, Flag, JsonValue, Metadata } from './bulk-answer.js';

export type State = 'starting' | 'ready' | 'stale' | 'error';

/** An answer with the context that it is for and where it comes from. */
export interface Holding {
  readonly answer: BulkAnswer;
  readonly id: string;
  readonly source: 'network' | 'storage';
  /** When the server last said that it is current, in ms since the epoch. */
  readonly atMs: number;
}

export interface Resolved<T> {
  readonly value: T;
  readonly variant?: string;
  readonly reason: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly flagMetadata: Metadata;
}

const KNOWN_CODES = ['FLAG_NOT_FOUND', 'PARSE_ERROR', 'TARGETING_KEY_MISSING', 'INVALID_CONTEXT'];

export interface Asked<T> {
  readonly key: string;
  readonly fallback: T;
  /** What `typeof` must say of the value. */
  readonly type: string;
  readonly holding: Holding | undefined;
  readonly state: State;
  readonly nowMs: number;
  /** Why there is nothing, for people. */
  readonly trouble: string;
}

/** The answer for one flag: the value with where it comes from, else the fallback with why. */
export function resolveFlag<T>(asked: Asked<T>): Resolved<T> {
  const { key, fallback, type, holding, trouble } = asked;
  if (holding === undefined)
    return failure(fallback, 'PROVIDER_NOT_READY', `${key}: ${trouble}`, { source: 'default' });
  const flag = holding.answer.flags.get(key);
  const about = aboutOf(asked, holding, flag);
  if (flag === undefined) return failure(fallback, 'FLAG_NOT_FOUND', `${key}: there is no such flag`, about);
  if (flag.errorCode !== undefined) {
    const code = KNOWN_CODES.includes(flag.errorCode) ? flag.errorCode : 'GENERAL';
    return failure(fallback, code, flag.errorDetails ?? `${key}: the server cannot evaluate it`, about);
  }
  const { value } = flag;
  const told = { reason: reasonOf(asked, holding, flag), flagMetadata: about };
  // No value means that the caller's default is wanted, which is no error.
  if (value === undefined) return { value: fallback, ...told };
  if (!isOfType(value, type))
    return failure(fallback, 'TYPE_MISMATCH', `${key}: the value is not of type ${type}`, about);
  return { value: value as T, ...told, ...(flag.variant !== undefined && { variant: flag.variant }) };
}

function isOfType(value: JsonValue, type: string): boolean {
  return typeof value === type && value !== null;
}

function failure<T>(value: T, errorCode: string, errorMessage: string, flagMetadata: Metadata): Resolved<T> {
  return { value, reason: 'ERROR', errorCode, errorMessage, flagMetadata };
}

/** Why the server gave this value stays in the variant; what matters more is that it may not hold any more. */
function reasonOf({ state }: Asked<unknown>, { source }: Holding, flag: Flag): string {
  if (source === 'storage') return 'CACHED';
  return state === 'ready' ? (flag.reason ?? 'UNKNOWN') : 'STALE';
}

/** The age is told only of what is not current: otherwise it would be about nothing. */
function aboutOf(
  { state, nowMs }: Asked<unknown>,
  { source, atMs }: Holding,
  flag: Flag | undefined,
): Metadata {
  const current = state === 'ready' && source === 'network';
  return { ...flag?.metadata, source, ...(!current && { ageMs: Math.max(0, nowMs - atMs) }) };
}
