import type { Problem } from '@guidon/protocol/errors';

/** An error as it goes over the wire. */
export interface EncodedProblem {
  readonly contentType: string;
  readonly body: string;
  /** When the protocol asks for another status than the registry's. */
  readonly status?: number;
  readonly headers?: { readonly [name: string]: string };
}

export interface EncoderRequest {
  readonly method: string;
  readonly url: string;
  readonly params: unknown;
}

export type ProblemEncoder = (problem: Problem, request: EncoderRequest) => EncodedProblem;

/**
 * Which shape errors have under which path. Everything is RFC 9457 unless a feature that speaks a foreign protocol
 * (OFREP) registers its own encoder for its paths, over the same registry of codes.
 */
export class ProblemEncoders {
  private readonly byPrefix: { readonly prefix: string; readonly encode: ProblemEncoder }[] = [];

  register(prefix: string, encode: ProblemEncoder): void {
    this.byPrefix.push({ prefix, encode });
  }

  encode(problem: Problem, request: EncoderRequest): EncodedProblem {
    const found = this.byPrefix.find((entry) => request.url.startsWith(entry.prefix));
    return found === undefined ? encodeProblem(problem) : found.encode(problem, request);
  }
}

function encodeProblem(problem: Problem): EncodedProblem {
  return { contentType: 'application/problem+json', body: JSON.stringify(problem) };
}
