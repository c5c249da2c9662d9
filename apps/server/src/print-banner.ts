import type { SyncDocument } from '@guidon/protocol';
import { type BannerOptions, bannerText, tryText } from './banner.js';
import type { RunningServer } from './create-server.js';
import type { Clock, Config } from './kernel/index.js';
import { pickFlag } from './pick-flag.js';

/** How long the banner waits for the first flags before it is printed without one to try. */
const PATIENCE_MS = 20_000;
/** How often it looks whether waiting is in vain. */
const LOOK_MS = 200;

export interface PrintOptions {
  readonly server: Pick<RunningServer, 'url' | 'keys' | 'catalog'>;
  readonly config: Pick<Config, 'keys' | 'databaseUrl' | 'dataDir'>;
  readonly clock: Pick<Clock, 'nowMs' | 'after' | 'every'>;
  /** How the newest revision was judged. */
  readonly syncState: () => SyncDocument['state'];
  readonly print: (text: string) => void;
}

/**
 * Prints the banner once there is a flag to try, or without one after a while and as soon as it is known that no flag
 * will come. What to try follows when something goes live after all.
 */
export function printBanner(options: PrintOptions): void {
  const { server, clock, syncState, print } = options;
  /** The keys as they were printed; absent before the head was. */
  let headPrinted: string | undefined;
  let stop = () => {};
  const show = (patient: boolean) => {
    const isLive = server.catalog.environments().length > 0;
    if (!isLive && (headPrinted !== undefined || (patient && syncState() !== 'rejected'))) return;
    // Keys may have been made only now, where the database was away at a first start.
    const keys = JSON.stringify(server.keys);
    print((headPrinted === keys ? tryText : bannerText)(factsOf(options)));
    headPrinted = keys;
    if (isLive) stop();
  };
  const patience = clock.after(PATIENCE_MS, () => show(false));
  const look = clock.every(LOOK_MS, () => show(true));
  const unsubscribe = server.catalog.subscribe(() => show(true));
  stop = () => {
    patience.cancel();
    look.cancel();
    unsubscribe();
  };
  show(true);
}

function factsOf({ server, config, clock }: PrintOptions): BannerOptions {
  const environments = server.catalog.environments();
  const environment = config.keys.environment ?? environments[0];
  const live = environment === undefined ? undefined : server.catalog.current(environment);
  const flag = live === undefined ? undefined : pickFlag(live, clock.nowMs());
  const { databaseUrl, dataDir } = config;
  return { server, embedded: databaseUrl === undefined, dataDir, environments, environment, flag };
}
