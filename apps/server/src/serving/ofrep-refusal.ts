import type { OfrepFailure } from '@guidon/protocol';

/** OpenFeature error codes that this server answers with. */
export type OfrepErrorCode =
  | 'PARSE_ERROR'
  | 'INVALID_CONTEXT'
  | 'FLAG_NOT_FOUND'
  | 'GENERAL'
  | 'PROVIDER_NOT_READY';

/** A request that gets no evaluation, with the HTTP status and the sentence that says why. */
export class OfrepRefusal {
  constructor(
    readonly status: number,
    readonly errorCode: OfrepErrorCode,
    readonly errorDetails: string,
  ) {}
}

/** Body of an OFREP error: providers read `key`, `errorCode` and `errorDetails`, whatever the status. */
export function encodeFailure(refusal: OfrepRefusal, key?: string): string {
  const { errorCode, errorDetails } = refusal;
  const failure: OfrepFailure =
    key === undefined ? { errorCode, errorDetails } : { key, errorCode, errorDetails };
  return asciiJson(failure);
}

/**
 * JSON whose length in characters is its length in bytes, so that bodies can be joined as strings, measured for free
 * and written as latin1.
 */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

export function flagNotFound(key: string, environment: string): OfrepRefusal {
  const shown = key.length > 128 ? `${key.slice(0, 128)}…` : key;
  return new OfrepRefusal(
    404,
    'FLAG_NOT_FOUND',
    `There is no flag "${shown}" in environment "${environment}". Check the spelling; a new flag exists once its file is accepted.`,
  );
}
