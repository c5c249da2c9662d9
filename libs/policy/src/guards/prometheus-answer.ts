/** One answer to the query of an external guard, and when it was asked for. */
export type PrometheusSample =
  | { readonly atMs: number; readonly kind: 'values'; readonly values: readonly number[] }
  | { readonly atMs: number; readonly kind: 'failed'; readonly why: string };

/**
 * The values of an answer of `/api/v1/query`, as parsed from JSON. Prometheus writes numbers as text, so that NaN and
 * infinities survive; they are kept for the judge, who says so. Anything else is a failure with its reason.
 * Source: Prometheus HTTP API, version 1.
 */
export function readPrometheusAnswer(body: unknown, atMs: number): PrometheusSample {
  const failed = (why: string): PrometheusSample => ({ atMs, kind: 'failed', why });
  const answer = asObject(body);
  if (answer === undefined) return failed('The answer is not a JSON object.');
  if (answer.status !== 'success')
    return failed(`Prometheus says: ${String(answer.error ?? answer.status)}.`);
  const data = asObject(answer.data);
  if (data?.resultType === 'scalar') return toSample([readPair(data.result)], atMs);
  if (data?.resultType !== 'vector' || !Array.isArray(data.result))
    return failed(
      `The query gives a ${String(data?.resultType)}: it has to give a scalar or an instant vector.`,
    );
  return toSample(
    data.result.map((entry: unknown) => readPair(asObject(entry)?.value)),
    atMs,
  );
}

function toSample(values: readonly (number | undefined)[], atMs: number): PrometheusSample {
  const read = values.filter((value) => value !== undefined);
  if (read.length === values.length) return { atMs, kind: 'values', values: read };
  return { atMs, kind: 'failed', why: 'A value of the answer is not a pair of a time and a number as text.' };
}

function readPair(pair: unknown): number | undefined {
  if (!Array.isArray(pair) || pair.length !== 2 || typeof pair[1] !== 'string' || pair[1].trim() === '')
    return undefined;
  const text = pair[1];
  if (text === 'NaN') return Number.NaN;
  if (/^[+-]?Inf$/.test(text))
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const value = Number(text);
  return Number.isNaN(value) ? undefined : value;
}

function asObject(value: unknown): { readonly [key: string]: unknown } | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as { readonly [key: string]: unknown })
    : undefined;
}
