import { randomUUID } from 'node:crypto';
import { constants, FlagSync } from '@guidon/sdk-core';
import type { FakeClock } from '@guidon/testkit';
import { Addresses } from '../../../libs/sdk-node/src/addresses.js';
import { GuidonClient } from '../../../libs/sdk-node/src/client.js';
import { httpReports, httpTransport } from '../../../libs/sdk-node/src/http-transport.js';
import { AgreedClock } from '../src/kernel/clock/index.js';

/** A clock that a test moves and that no database sets right: hours pass in seconds. */
export class LapseClock extends AgreedClock {
  override take(): void {}
}

/** The client of `@guidon/node` over real HTTP, with a clock that a test moves. */
export function lapseClient(url: string, key: string, clock: FakeClock): GuidonClient {
  const instance = randomUUID();
  const boot = new Date(clock.nowMs()).toISOString();
  const target = { addresses: new Addresses([new URL(url)]), key, instance, boot };
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
  const sync = new FlagSync(
    {
      now: () => ({ elapsedMs: clock.elapsedMs(), epochMs: clock.nowMs() }),
      random: () => 0.5,
      after: (delayMs, run) => {
        const timer = clock.after(delayMs, run);
        return () => timer.cancel();
      },
      transport: httpTransport(target),
      storage: undefined,
      log,
    },
    {
      initTimeoutMs: constants.INIT_TIMEOUT_MS,
      environment: undefined,
      bootstrap: undefined,
      reporting: {
        identity: { instance, boot, client: 1, sdk: { name: '@guidon/node', version: '0.1.0' } },
        startedMs: clock.elapsedMs(),
        transport: httpReports(target),
      },
    },
  );
  const client = new GuidonClient(sync, { initTimeoutMs: 0, onClose: quiet, warn: quiet });
  sync.start();
  return client;
}

function quiet(): void {}
