import {
  type Client,
  type EvaluationContext,
  OpenFeature,
  ProviderEvents,
  type ProviderStatus,
} from '@openfeature/web-sdk';
import { GuidonWebProvider } from '../src/guidon-web-provider.js';
import type { GuidonWebOptions } from '../src/options.js';
import { type FakeWorld, OPTIONS } from './fake-world.js';

export interface Started {
  readonly client: Client;
  readonly provider: GuidonWebProvider;
  /** What the SDK told an application, in order; a change with its flags. */
  readonly events: string[];
  status(): ProviderStatus;
  setContext(context: EvaluationContext): Promise<void>;
  close(): Promise<void>;
}

let domains = 0;

/** A provider under OpenFeature's own SDK. Waits for nothing. */
export async function start(
  world: FakeWorld,
  context: EvaluationContext = { targetingKey: 'ada' },
  options: Partial<GuidonWebOptions> = {},
): Promise<Started> {
  const domain = `domain-${domains++}`;
  const events: string[] = [];
  const client = OpenFeature.getClient(domain);
  const { Ready, Stale, ConfigurationChanged, ContextChanged, Reconciling } = ProviderEvents;
  for (const event of [Ready, Stale, ProviderEvents.Error, ContextChanged, Reconciling])
    client.addHandler(event, () => void events.push(event.replace('PROVIDER_', '')));
  client.addHandler(ConfigurationChanged, (details) => {
    events.push(`CHANGED ${details?.flagsChanged?.join()}`);
  });
  // A client without a provider of its own is told of the READY of the one that does nothing.
  await Promise.resolve();
  events.length = 0;
  const provider = new GuidonWebProvider({ ...OPTIONS, ...options }, world);
  await OpenFeature.setContext(domain, context);
  OpenFeature.setProvider(domain, provider);
  await world.wait(0);
  return {
    client,
    provider,
    events,
    status: () => client.providerStatus,
    setContext: (next) => OpenFeature.setContext(domain, next),
    close: () => provider.onClose(),
  };
}
