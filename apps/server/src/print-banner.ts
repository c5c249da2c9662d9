import { bannerText } from './banner.js';
import type { RunningServer } from './create-server.js';
import type { Clock, Config } from './kernel/index.js';
import { pickFlag } from './pick-flag.js';

/** How long the banner waits for the first flags before it is printed without one to try. */
const PATIENCE_MS = 20_000;

export interface PrintOptions {
  readonly server: RunningServer;
  readonly config: Config;
  readonly clock: Clock;
  readonly print: (text: string) => void;
}

/** Prints the banner once there is a flag to try, or after a while without one. */
export function printBanner({ server, config, clock, print }: PrintOptions): void {
  const { catalog } = server;
  let printed = false;
  let stopWatching = () => {};
  const show = (patient: boolean) => {
    const environment = config.keys.environment ?? catalog.environments()[0];
    const live = environment === undefined ? undefined : catalog.current(environment);
    if (printed || (patient && live === undefined)) return;
    printed = true;
    patience.cancel();
    stopWatching();
    const flag = live === undefined ? undefined : pickFlag(live, clock.nowMs());
    const embedded = config.databaseUrl === undefined;
    print(bannerText({ server, embedded, dataDir: config.dataDir, environment, flag }));
  };
  const patience = clock.after(PATIENCE_MS, () => show(false));
  stopWatching = catalog.subscribe(() => show(true));
  show(true);
}
