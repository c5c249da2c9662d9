import type { Ruleset, RulesetFlag } from '@guidon/engine/model';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { OFREPProvider } from '@openfeature/ofrep-provider';
import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';
import { OpenFeature as ServerOpenFeature } from '@openfeature/server-sdk';
import { OpenFeature as WebOpenFeature } from '@openfeature/web-sdk';
import { createServing, type FakeServing } from './create-serving.js';
import { OFREP_BODY_BYTES, OFREP_BODY_DEPTH } from './ofrep-context.js';

const FLAGS = '/ofrep/v1/evaluate/flags';
const SERVER = 'Bearer server:production';
const WEB = 'Bearer web:production';
const VARIANTS: RulesetFlag['variants'] = [
  ['off', false],
  ['on', true],
];

let serving: FakeServing;
let origin: string;

function flag(changes: Partial<RulesetFlag> = {}): RulesetFlag {
  return { type: 'boolean', variants: VARIANTS, safe: 'off', rest: { serve: 'on' }, ...changes };
}

function ruleset(flags: { [key: string]: RulesetFlag }, revision = 'a'.repeat(40)): Ruleset {
  return { format: 1, environment: 'production', revision, flags, segments: {} };
}

const nordic: RulesetFlag = flag({
  rules: [
    {
      id: 'nordic',
      when: { op: 'string', attribute: 'country', test: 'in', values: ['NO', 'SE'] },
      outcome: { serve: 'on' },
    },
  ],
  rest: { serve: 'off' },
});
const later: RulesetFlag = flag({
  rules: [
    {
      id: 'later',
      when: { op: 'date', attribute: 'now', test: 'gte', value: Date.parse('2099-01-01') },
      outcome: { serve: 'on' },
    },
  ],
  rest: { serve: 'off' },
});
const half: RulesetFlag = flag({
  rest: {
    split: {
      arms: [
        ['on', 50_000],
        ['off', 50_000],
      ],
      total: 100_000,
      bucketing: { by: ['targetingKey'], salt: 'half', algorithm: 'native' },
    },
  },
});
const broken: RulesetFlag = flag({ rest: { serve: 'nowhere' } });
const greeting: RulesetFlag = {
  type: 'string',
  variants: [
    ['hello', 'Godkväll, 世界 🌍'],
    ['none', ''],
  ],
  safe: 'none',
  rest: { serve: 'hello' },
};

beforeAll(async () => {
  serving = createServing();
  origin = await serving.fastify.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(async () => {
  await serving.fastify.close();
});
beforeEach(() => {
  serving.catalog.publish(ruleset({ 'new-checkout': flag(), nordic, later, half, broken, greeting }));
});

interface Call {
  method?: string;
  key?: string | undefined;
  body?: unknown;
  headers?: { [name: string]: string };
}

async function call(path: string, { method = 'POST', key = SERVER, body, headers = {} }: Call = {}) {
  const response = await fetch(origin + path, {
    method,
    headers: {
      ...(key === '' ? {} : { authorization: key }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: text === '' ? undefined : JSON.parse(text),
  };
}

/** What is wrong, where, with which request; the status, and the error code with the key that stands in the body. */
type Row = [
  name: string,
  path: string,
  call: Call,
  status: number,
  expected: [errorCode: string, key?: string],
];

function context(attributes: { [name: string]: unknown }) {
  return { body: { context: attributes } };
}

describe('a single evaluation', () => {
  test('answers key, value, variant, reason and where they come from', async () => {
    const { status, headers, json } = await call(
      `${FLAGS}/nordic`,
      context({ targetingKey: 'u-1', country: 'NO' }),
    );
    expect(status).toBe(200);
    expect(json).toEqual({
      key: 'nordic',
      value: true,
      variant: 'on',
      reason: 'TARGETING_MATCH',
      metadata: {
        flagSetId: 'production',
        version: 'a'.repeat(40),
        generation: serving.catalog.current('production')?.generation,
      },
    });
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-type')).toBe('application/json');
  });

  test('keeps every character of a value', async () => {
    const { json } = await call(`${FLAGS}/greeting`);
    expect(json.value).toBe('Godkväll, 世界 🌍');
  });

  test('needs neither a body, nor a context, nor a targeting key', async () => {
    for (const body of [
      undefined,
      '',
      '{}',
      '{"context":null}',
      '{"context":{}}',
      '{"context":{"country":null}}',
    ]) {
      const { status, json } = await call(`${FLAGS}/half`, body === undefined ? {} : { body });
      expect({ body, status, value: json.value, reason: json.reason }).toEqual({
        body,
        status: 200,
        value: false,
        reason: 'DEFAULT',
      });
    }
  });

  test('does not let a caller say what time it is', async () => {
    const { json } = await call(`${FLAGS}/later`, context({ now: '2100-01-01T00:00:00Z' }));
    expect(json.value).toBe(false);
  });

  test('serves a killed flag its safe value, with value and variant', async () => {
    serving.catalog.press('production', '01K1', ['new-checkout']);
    const { status, json } = await call(`${FLAGS}/new-checkout`);
    expect(status).toBe(200);
    expect(json).toMatchObject({ value: false, variant: 'off', reason: 'DISABLED' });
    serving.catalog.revive('production', '01K1');
    expect((await call(`${FLAGS}/new-checkout`)).json.value).toBe(true);
  });

  test('answers a context with names of object members like any other', async () => {
    const body = '{"context":{"__proto__":{"country":"NO"},"constructor":1,"toString":"x"}}';
    const { status, json } = await call(`${FLAGS}/nordic`, { body });
    expect([status, json.value]).toEqual([200, false]);
    expect((await call(`${FLAGS}/constructor`)).status).toBe(404);
    expect((await call(`${FLAGS}/__proto__`)).status).toBe(404);
  });

  test('gives a web key the value and nothing of the rule', async () => {
    const { text } = await call(`${FLAGS}/nordic`, { key: WEB, ...context({ country: 'NO' }) });
    expect(JSON.parse(text).value).toBe(true);
    expect(text).not.toMatch(/rule|when|country|salt/);
  });
});

describe('an error', () => {
  const long = 'k'.repeat(300);
  const deep = (levels: number) => `{"context":{"a":${'['.repeat(levels - 2)}${']'.repeat(levels - 2)}}}`;
  const rows: Row[] = [
    ['an unknown flag', `${FLAGS}/nowhere`, {}, 404, ['FLAG_NOT_FOUND', 'nowhere']],
    ['a key with a slash', `${FLAGS}/a/b`, {}, 404, ['FLAG_NOT_FOUND', 'a/b']],
    ['an encoded key', `${FLAGS}/caf%C3%A9`, {}, 404, ['FLAG_NOT_FOUND', 'café']],
    ['an over-long key', `${FLAGS}/${long}`, {}, 404, ['FLAG_NOT_FOUND', long]],
    ['a key badly encoded', `${FLAGS}/%zz`, {}, 400, ['PARSE_ERROR', '%zz']],
    ['a flag that cannot be evaluated', `${FLAGS}/broken`, {}, 500, ['GENERAL', 'broken']],
    ['a body that is no JSON', `${FLAGS}/half`, { body: '{"context":' }, 400, ['PARSE_ERROR', 'half']],
    ['a body that is no JSON, in bulk', FLAGS, { body: 'nonsense' }, 400, ['PARSE_ERROR']],
    ['a body that is no object', FLAGS, { body: '[1]' }, 400, ['INVALID_CONTEXT']],
    [
      'a context that is no object',
      `${FLAGS}/half`,
      { body: '{"context":"u-1"}' },
      400,
      ['INVALID_CONTEXT', 'half'],
    ],
    ['a context that is too deep', FLAGS, { body: deep(OFREP_BODY_DEPTH + 1) }, 400, ['INVALID_CONTEXT']],
    [
      'a body of another type',
      FLAGS,
      { body: '<a/>', headers: { 'content-type': 'text/xml' } },
      415,
      ['PARSE_ERROR'],
    ],
    [
      'a body that is too large',
      FLAGS,
      { body: `"${'x'.repeat(OFREP_BODY_BYTES)}"` },
      413,
      ['INVALID_CONTEXT'],
    ],
    ['no key', `${FLAGS}/half`, { key: '' }, 401, ['GENERAL', 'half']],
    ['no key, in bulk', FLAGS, { key: '' }, 401, ['GENERAL']],
    ['a key of another kind', FLAGS, { key: 'Bearer admin:production' }, 403, ['GENERAL']],
    ['a key of an environment that is not there', FLAGS, { key: 'Bearer server:moon' }, 400, ['GENERAL']],
    ['another method', `${FLAGS}/half`, { method: 'GET' }, 405, ['GENERAL', 'half']],
    ['another method, in bulk', FLAGS, { method: 'DELETE' }, 405, ['GENERAL']],
    ['another path', '/ofrep/v1/configuration', { method: 'GET' }, 400, ['GENERAL']],
    ['no flag named', `${FLAGS}/`, {}, 400, ['GENERAL']],
  ];

  test.each(rows)('of %s has the shape of OFREP', async (...row) => {
    const [, path, request, status, [errorCode, key]] = row;
    const answer = await call(path, request);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json(; charset=utf-8)?$/);
    expect(answer.json).toEqual({
      ...(key === undefined ? {} : { key }),
      errorCode,
      errorDetails: expect.stringMatching(/^\S.{10,}/),
    });
    if (status === 405) expect(answer.headers.get('allow')).toBe('POST, OPTIONS');
  });

  test('does not befall a context of the greatest depth allowed', async () => {
    expect((await call(FLAGS, { body: deep(OFREP_BODY_DEPTH) })).status).toBe(200);
    expect((await call(FLAGS, context({ text: '[[[[[[[[[[[[[[[[[[[[[[[["\\' }))).status).toBe(200);
  });

  test('of a body that hides its length comes while it is still being sent', async () => {
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new TextEncoder().encode(' '.repeat(65_536))),
    });
    const response = await fetch(origin + FLAGS, {
      method: 'POST',
      headers: { authorization: SERVER, 'content-type': 'application/json' },
      body: endless,
      duplex: 'half',
    } as RequestInit);
    expect(response.status).toBe(413);
    expect((await response.json()).errorCode).toBe('INVALID_CONTEXT');
  });

  test('of a flag that cannot be evaluated harms no other flag of a bulk', async () => {
    const { status, json } = await call(FLAGS);
    expect(status).toBe(200);
    const byKey = new Map(json.flags.map((one: { key: string }) => [one.key, one]));
    expect(byKey.get('broken')).toEqual({
      key: 'broken',
      errorCode: 'GENERAL',
      errorDetails: expect.any(String),
    });
    expect(byKey.get('new-checkout')).toMatchObject({ value: true });
  });

  test('is 503 with a whole number of seconds while nothing is loaded, and never 401 or 403', async () => {
    const empty = createServing();
    const url = await empty.fastify.listen({ port: 0, host: '127.0.0.1' });
    const seen = new Set<string | null>();
    for (const path of [FLAGS, `${FLAGS}/half`, FLAGS, FLAGS, FLAGS]) {
      const response = await fetch(url + path, { method: 'POST', headers: { authorization: WEB } });
      expect(response.status).toBe(503);
      expect((await response.json()).errorCode).toBe('PROVIDER_NOT_READY');
      seen.add(response.headers.get('retry-after'));
    }
    await empty.fastify.close();
    expect([...seen].sort()).toEqual(['1', '2', '3', '4', '5']);
  });

  test('befalls neither OPTIONS nor HEAD with a body', async () => {
    const options = await call(FLAGS, { method: 'OPTIONS', key: '' });
    expect([options.status, options.headers.get('allow'), options.text]).toEqual([204, 'POST, OPTIONS', '']);
    const head = await call(FLAGS, { method: 'HEAD' });
    expect([head.status, head.text]).toEqual([405, '']);
  });
});

describe('a bulk evaluation', () => {
  test('holds every flag once, with the same answers as single evaluations', async () => {
    const asked = context({ targetingKey: 'u-7', country: 'SE' });
    const { json, headers } = await call(FLAGS, asked);
    expect(json.flags.map((one: { key: string }) => one.key).sort()).toEqual([
      'broken',
      'greeting',
      'half',
      'later',
      'new-checkout',
      'nordic',
    ]);
    for (const answer of json.flags)
      expect((await call(`${FLAGS}/${answer.key}`, asked)).json).toEqual(answer);
    expect(json.metadata).toMatchObject({ flagSetId: 'production', version: 'a'.repeat(40) });
    expect(headers.get('etag')).toMatch(/^"[\w-]+"$/);
  });

  test('answers 304 without a body to whoever has it, weakly and in lists, and 200 to others', async () => {
    const asked = context({ targetingKey: 'u-7', country: 'SE' });
    const etag = (await call(FLAGS, asked)).headers.get('etag') ?? '';
    for (const known of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const again = await call(FLAGS, { ...asked, headers: { 'if-none-match': known } });
      expect([known, again.status, again.text, again.headers.get('etag')]).toEqual([known, 304, '', etag]);
    }
    expect((await call(FLAGS, { ...asked, headers: { 'if-none-match': '"x"' } })).status).toBe(200);
  });

  test('has a tag of what was evaluated: another context, a kill and a publication change it', async () => {
    const tag = async (attributes: { [name: string]: unknown }) =>
      (await call(FLAGS, context(attributes))).headers.get('etag');
    const first = await tag({ targetingKey: 'u-7', plan: 'free', country: 'SE' });
    expect(await tag({ targetingKey: 'u-7', plan: 'pro', country: 'SE' })).toBe(first);
    expect(await tag({ targetingKey: 'u-7', plan: 'free', country: 'FR' })).not.toBe(first);
    serving.catalog.press('production', '01K2', ['new-checkout']);
    expect(await tag({ targetingKey: 'u-7', country: 'SE' })).not.toBe(first);
    serving.catalog.revive('production', '01K2');
    expect(await tag({ targetingKey: 'u-7', country: 'SE' })).toBe(first);
    serving.catalog.publish(ruleset({ 'new-checkout': flag({ rest: { serve: 'off' } }), nordic }));
    expect(await tag({ targetingKey: 'u-7', country: 'SE' })).not.toBe(first);
  });

  test('of a project without flags is an empty list', async () => {
    serving.catalog.publish(ruleset({}));
    expect((await call(FLAGS)).json.flags).toEqual([]);
    serving.catalog.publish(ruleset({ half }));
    expect((await call(FLAGS)).json.flags).toHaveLength(1);
  });
});

describe('unmodified OpenFeature SDKs', () => {
  test('evaluate through the OFREP server provider', async () => {
    await ServerOpenFeature.setProviderAndWait(
      'spec',
      new OFREPProvider({ baseUrl: origin, headers: [['authorization', SERVER]] }),
    );
    const client = ServerOpenFeature.getClient('spec');
    const details = await client.getBooleanDetails('nordic', false, { targetingKey: 'u-1', country: 'NO' });
    expect(details).toMatchObject({ value: true, variant: 'on', reason: 'TARGETING_MATCH' });
    expect(details.flagMetadata).toMatchObject({ version: 'a'.repeat(40) });
    expect(await client.getStringValue('greeting', '')).toBe('Godkväll, 世界 🌍');
    expect(await client.getBooleanDetails('nowhere', true, {})).toMatchObject({
      value: true,
      errorCode: 'FLAG_NOT_FOUND',
    });
    expect(await client.getBooleanDetails('broken', true, {})).toMatchObject({
      value: true,
      errorCode: 'GENERAL',
    });
    expect(await client.getStringDetails('nordic', 'mine', {})).toMatchObject({
      value: 'mine',
      errorCode: 'TYPE_MISMATCH',
    });
    serving.catalog.press('production', '01K3', ['nordic']);
    expect(await client.getBooleanDetails('nordic', true, { country: 'NO' })).toMatchObject({
      value: false,
      variant: 'off',
      reason: 'DISABLED',
    });
    serving.catalog.revive('production', '01K3');
    await ServerOpenFeature.clearProviders();
  });

  test('evaluate through the OFREP web provider, and see a change of context', async () => {
    const provider = new OFREPWebProvider({
      baseUrl: origin,
      headers: [['authorization', WEB]],
      pollInterval: 0,
      cacheMode: 'disabled',
    });
    await WebOpenFeature.setContext({ targetingKey: 'u-1', country: 'FR' });
    await WebOpenFeature.setProviderAndWait(provider);
    const client = WebOpenFeature.getClient();
    expect(client.getBooleanDetails('nordic', true)).toMatchObject({
      value: false,
      variant: 'off',
      reason: 'DEFAULT',
    });
    // The same targeting key: the provider sends the old tag along, and must not be told that nothing changed.
    await WebOpenFeature.setContext({ targetingKey: 'u-1', country: 'SE' });
    expect(client.getBooleanDetails('nordic', false)).toMatchObject({ value: true, variant: 'on' });
    expect(client.getStringValue('greeting', '')).toBe('Godkväll, 世界 🌍');
    await WebOpenFeature.clearProviders();
  });
});

test('counts requests by outcome without any label of a caller', async () => {
  await call(`${FLAGS}/never-heard-of-it`);
  const text = await serving.registry.metrics();
  expect(text).toMatch(/guidon_ofrep_requests_total\{route="single",outcome="not_found"\} [1-9]/);
  expect(text).toMatch(/guidon_ofrep_requests_total\{route="bulk",outcome="unchanged"\} [1-9]/);
  expect(text).not.toContain('never-heard-of-it');
});
