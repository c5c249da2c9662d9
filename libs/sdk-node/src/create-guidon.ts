import { randomUUID } from 'node:crypto';
import { FlagSync, type Ports, type RecordStorage, type ReporterSettings } from '@guidon/sdk-core';
import { Addresses } from './addresses.js';
import { GuidonClient } from './client.js';
import { openDisk } from './disk/open-disk.js';
import { fetchBootstrap, locateBootstrap } from './find-bootstrap.js';
import { httpReports, httpTransport, refusingTransport } from './http-transport.js';
import { type GuidonOptions, readOptions, type Settings } from './options.js';

const INSTANCE = randomUUID();
const BOOT = new Date(performance.timeOrigin).toISOString();

/** Names this package in reports; a test holds it to `package.json`. */
export const SDK = { name: '@guidon/node', version: '0.1.0' } as const;
/** Clients made so far: a number of its own tells each apart in reports. */
let made = 0;

/** Clients alive by address and key, to warn of one too many. */
const alive = new Map<string, number>();

/**
 * Makes a client and starts it. Returns at once, with the values of the last run where they are kept, and never
 * throws: what is wrong with the options is logged, and the coded defaults are served.
 */
export function createGuidon(options: GuidonOptions): GuidonClient {
  const { settings, trouble } = readOptions(options);
  const { initTimeoutMs, environment, log } = settings;
  const addresses = new Addresses(settings.urls);
  const bootstrap = locateBootstrap(settings.bootstrap, log);
  const reporting =
    settings.telemetry && trouble === undefined ? reportingOf(settings, addresses) : undefined;
  const ports = nodePorts(settings, addresses, trouble);
  const sync = new FlagSync(ports, {
    ...{ initTimeoutMs, environment, reporting },
    bootstrap: bootstrap?.kind === 'here' ? bootstrap.find : undefined,
  });
  const isSought = bootstrap?.kind === 'away' && sync.view === undefined;
  const abandon = isSought
    ? fetchBootstrap(bootstrap.url, log, (ruleset) => sync.offerBootstrap(ruleset))
    : undefined;
  const countOut = countIn(settings);
  const onClose = () => {
    abandon?.();
    countOut();
  };
  const client = new GuidonClient(sync, { initTimeoutMs, onClose, warn: log.warn });
  sync.start();
  return client;
}

function nodePorts(settings: Settings, addresses: Addresses, trouble: string | undefined): Ports {
  const { key, log, telemetry } = settings;
  // Who says nothing of itself proves nothing, so it takes no part in waves and gets what is proved.
  const target = { addresses, key, instance: telemetry ? INSTANCE : undefined, boot: BOOT };
  return {
    now: () => ({ elapsedMs: performance.now(), epochMs: Date.now() }),
    random: Math.random,
    after(delayMs, run) {
      const timer = setTimeout(run, delayMs).unref();
      return () => clearTimeout(timer);
    },
    transport: trouble === undefined ? httpTransport(target) : refusingTransport(trouble),
    storage: trouble === undefined ? openStorage(settings) : undefined,
    log,
  };
}

function reportingOf({ key }: Settings, addresses: Addresses): ReporterSettings {
  made += 1;
  return {
    identity: { instance: INSTANCE, boot: BOOT, client: made, sdk: SDK },
    startedMs: 0,
    transport: httpReports({ addresses, key, instance: INSTANCE, boot: BOOT }),
  };
}

function openStorage({ dataDir, urls: [url], keyId, environment, log }: Settings): RecordStorage | undefined {
  if (dataDir !== undefined) return openDisk(dataDir, { url: url.href, keyId, environment }, log);
  log.info('Without `dataDir` no values survive a restart while the server is away.');
  return undefined;
}

/** Each client holds a stream of its own; one for the process is what people mean. Returns what counts it out. */
function countIn({ urls: [url], keyId, log }: Settings): () => void {
  const name = `${url.href} ${keyId}`;
  const count = (alive.get(name) ?? 0) + 1;
  alive.set(name, count);
  if (count === 2)
    log.warn(`There is a second client for ${url.origin} in this process: share the first, or close it.`);
  return () => {
    const left = (alive.get(name) ?? 1) - 1;
    if (left === 0) alive.delete(name);
    else alive.set(name, left);
  };
}
