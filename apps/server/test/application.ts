import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type SpawnedNode, spawnNode, waitUntil } from '@guidon/testkit';
import type { BuiltServer } from './built-server.js';

const SCRIPT = join(dirname(fileURLToPath(import.meta.url)), 'customer-code.mjs');

/** What the application saw of a flag last. */
export interface Seen {
  readonly value: boolean;
  readonly variant?: string;
  readonly reason: string;
  readonly source: string;
}

export interface Application {
  readonly child: SpawnedNode;
  /** What the first line of the customer's code got, before anything was awaited. */
  first(flag: string): Promise<unknown>;
  /** Waits until the application sees the flag like this. */
  sees(flag: string, wanted: Partial<Seen>, timeoutMs?: number): Promise<Seen>;
  now(flag: string): Seen | undefined;
  /** OpenFeature events in order. */
  events(): string[];
  stop(): Promise<void>;
}

/** A running Node process with the OpenFeature provider, which never hears of the test. */
export function startApplication(
  server: BuiltServer,
  options: { readonly dataDir: string; readonly flags: { readonly [flag: string]: boolean } },
): Application {
  const child = spawnNode(SCRIPT, {
    env: {
      APP_URL: server.url,
      APP_KEY: server.keys.server,
      APP_DATA_DIR: options.dataDir,
      APP_FLAGS: JSON.stringify(options.flags),
    },
  });
  const said = (): Record<string, unknown>[] =>
    child.lines
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const now = (flag: string): Seen | undefined =>
    said().findLast((line) => line.flag === flag) as Seen | undefined;
  return {
    child,
    now,
    async first(flag) {
      const line = await child.waitForLine((text) => text.includes(`"first":"${flag}"`));
      return (JSON.parse(line) as { value: unknown }).value;
    },
    async sees(flag, wanted, timeoutMs = 15_000) {
      try {
        return await waitUntil(
          () => {
            const seen = now(flag);
            const fits = Object.entries(wanted).every(
              ([name, value]) => seen?.[name as keyof Seen] === value,
            );
            return fits ? seen : undefined;
          },
          { timeoutMs, everyMs: 5, what: `the application saw ${flag} as ${JSON.stringify(wanted)}` },
        );
      } catch (error) {
        throw new Error(`${(error as Error).message}; it printed:\n${child.lines.slice(-30).join('\n')}`);
      }
    },
    events: () => said().flatMap((line) => (typeof line.event === 'string' ? [line.event] : [])),
    stop: () => child.kill('SIGKILL'),
  };
}
