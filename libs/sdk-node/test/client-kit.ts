import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GuidonClient } from '../src/client.js';
import { createGuidon } from '../src/create-guidon.js';
import type { GuidonOptions } from '../src/options.js';
import { FakeServer, flag, ruleset } from './fake-server.js';

export const KEY = `gdn_server_abcdefgh_${'x'.repeat(43)}`;
/** What is to be ended after a test. */
export const ended: (() => unknown)[] = [];

/** Ends everything that the test began, the last first. */
export async function endAll(): Promise<void> {
  for (const end of ended.splice(0).reverse()) await end();
}

export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'guidon-sdk-'));
  ended.push(() => rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 }));
  return path;
}

export async function serving(content = ruleset({ a: flag('on'), b: flag('off') })): Promise<FakeServer> {
  const server = await new FakeServer(content).start();
  ended.push(() => server.kill());
  return server;
}

export function connect(url: GuidonOptions['url'], options: Partial<GuidonOptions> = {}) {
  const log: string[] = [];
  const logger = {
    warn: (line: string) => void log.push(line),
    error: (line: string) => void log.push(line),
  };
  const client = createGuidon({ url, key: KEY, logger, ...options });
  ended.push(() => client.close());
  return { client, log };
}

export function next<E extends 'change' | 'ready' | 'stale' | 'error'>(
  client: GuidonClient,
  event: E,
): Promise<unknown> {
  return new Promise((resolve) => {
    const stop = client.on(event, ((about: unknown) => {
      stop();
      resolve(about);
    }) as never);
  });
}

/** A port that nobody listens on. */
export const NOWHERE = 'http://127.0.0.1:9';
