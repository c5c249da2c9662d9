/**
 * Who is measured. Each gives, for a list of neutral flags, a function (key, context, fallback) → value, or a promise
 * of one for those with `awaits`.
 */
import { makeFloor } from './floor.mjs';
import { makeRuleset } from './ruleset.mjs';
import { serveRuleset } from './stand-in-server.mjs';

/** Through JSON text, as a ruleset arrives in an SDK: objects fresh from a parser have other shapes than literals. */
const rulesetText = (flags) => JSON.stringify(makeRuleset(flags));

async function engine(flags) {
  const { compile } = await import('@guidon/engine/compile');
  const { evaluate } = await import('@guidon/engine/evaluate');
  const view = compile(JSON.parse(rulesetText(flags)), { generation: 1, killed: new Set() });
  const nowMs = Date.now();
  return (key, context, fallback) => evaluate(view, key, context, nowMs).value ?? fallback;
}

async function openFeature(provider) {
  const { OpenFeature } = await import('@openfeature/server-sdk');
  await OpenFeature.setProviderAndWait(provider);
  const client = OpenFeature.getClient();
  return (key, context, fallback) =>
    typeof fallback === 'boolean'
      ? client.getBooleanValue(key, fallback, context)
      : client.getObjectValue(key, fallback, context);
}

/**
 * What OpenFeature itself costs: a provider that does nothing. Written here, because the SDK's own NOOP_PROVIDER is
 * some 1.6 times as expensive in this loop, and holding ours against the dearer one would flatter it.
 */
async function noop() {
  const answer = async (_key, value) => ({ value, reason: 'STATIC' });
  return openFeature({
    metadata: { name: 'does-nothing' },
    runsOn: 'server',
    resolveBooleanEvaluation: answer,
    resolveStringEvaluation: answer,
    resolveNumberEvaluation: answer,
    resolveObjectEvaluation: answer,
  });
}

/** The client as an application has it: connected, current. Undefined where the Node package is not built. */
async function node(flags) {
  const guidon = await import('@guidon/node').catch(() => undefined);
  if (guidon?.createGuidon === undefined) return undefined;
  const url = await serveRuleset(rulesetText(flags));
  const client = guidon.createGuidon({ url, key: `gdn_server_bench_${'0'.repeat(32)}` });
  const { state, trouble } = await client.ready();
  if (state !== 'ready') throw new Error(`the client is ${state}: ${trouble}`);
  return { client, provider: new guidon.GuidonProvider(client) };
}

async function direct(flags) {
  const made = await node(flags);
  if (made === undefined) return undefined;
  const { client } = made;
  return (key, context, fallback) =>
    typeof fallback === 'object'
      ? client.object(key, context, fallback)
      : client.boolean(key, context, fallback);
}

export const CONTENDERS = {
  floor: { title: 'hand-written closures', make: async (flags) => makeFloor(flags), checked: true },
  engine: { title: 'engine', make: engine, checked: true },
  direct: { title: 'direct client', make: direct, checked: true },
  noop: { title: 'OpenFeature, no-op provider', make: noop, awaits: true, checked: false },
  provider: {
    title: 'OpenFeature, Guidon provider',
    make: async (flags) => {
      const made = await node(flags);
      return made === undefined ? undefined : openFeature(made.provider);
    },
    awaits: true,
    checked: true,
  },
};

export { rulesetText };
