import { readFile } from 'node:fs/promises';
import type { Clock } from '../../kernel/clock/index.js';
import type { Config } from '../../kernel/config/index.js';
import { guardedFetch } from '../../kernel/git-host/index.js';
import { PrometheusClient } from './prometheus-client.js';

/** What the configuration says; `undefined` where it names no Prometheus. */
export function createPrometheus(
  { prometheus, egressAllow }: Pick<Config, 'prometheus' | 'egressAllow'>,
  clock: Clock,
): PrometheusClient | undefined {
  if (prometheus === undefined) return undefined;
  const { url, tokenFile } = prometheus;
  return new PrometheusClient({
    url,
    clock,
    fetch: guardedFetch([new URL(url).host, ...egressAllow]),
    // Read at each query, so that a rotated one is picked up.
    ...(tokenFile === undefined ? {} : { token: async () => (await readFile(tokenFile, 'utf8')).trim() }),
  });
}
