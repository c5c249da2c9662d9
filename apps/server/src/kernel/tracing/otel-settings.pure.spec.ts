import { expect, it } from '@jest/globals';
import { readOtelSettings } from './otel-settings.js';

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };
const sent = (env: { readonly [name: string]: string }) => {
  const { traces, logs, warnings } = readOtelSettings(env);
  return { traces: traces !== undefined, logs: logs !== undefined, warnings: warnings.length };
};
const NOTHING = { traces: false, logs: false, warnings: 0 };
const BOTH = { traces: true, logs: true, warnings: 0 };

it('sends nothing unless somebody asked for it', () => {
  expect(sent({})).toEqual(NOTHING);
  expect(sent({ OTEL_EXPORTER_OTLP_ENDPOINT: '', OTEL_SERVICE_NAME: 'guidon' })).toEqual(NOTHING);
  expect(sent({ ...ENDPOINT, OTEL_SDK_DISABLED: 'TRUE' })).toEqual(NOTHING);
});

it('sends what is asked for, each kind by itself', () => {
  expect(sent(ENDPOINT)).toEqual(BOTH);
  expect(sent({ OTEL_TRACES_EXPORTER: 'otlp' })).toEqual({ ...NOTHING, traces: true });
  expect(sent({ ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none' })).toEqual({ ...NOTHING, logs: true });
  expect(sent({ OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'https://logs.acme.example/x' })).toEqual({
    ...NOTHING,
    logs: true,
  });
  expect(sent({ ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' })).toEqual(BOTH);
});

it.each([
  ['another protocol', { ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }],
  ['an address that is none', { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }],
  ['another exporter', { OTEL_TRACES_EXPORTER: 'zipkin', OTEL_LOGS_EXPORTER: 'console' }],
])('says so and sends nothing with %s', (_what, env) => {
  expect(sent(env)).toEqual({ ...NOTHING, warnings: 2 });
});

it('reads the sampler and the sizes of batches, and keeps to the default where it cannot', () => {
  const sampler = (env: { readonly [name: string]: string }) =>
    readOtelSettings({ ...ENDPOINT, ...env }).sampler;
  expect(sampler({})).toEqual({ isParentBased: true, ratio: 1 });
  expect(sampler({ OTEL_TRACES_SAMPLER: 'always_off' })).toEqual({ isParentBased: false, ratio: 0 });
  expect(
    sampler({ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' }),
  ).toEqual({
    ...{ isParentBased: true, ratio: 0.25 },
  });
  const odd = readOtelSettings({ ...ENDPOINT, OTEL_TRACES_SAMPLER: 'some', OTEL_BSP_MAX_QUEUE_SIZE: '-1' });
  expect([odd.sampler, odd.traces, odd.warnings.length]).toEqual([{ isParentBased: true, ratio: 1 }, {}, 2]);
  const { traces, logs } = readOtelSettings({
    ...ENDPOINT,
    OTEL_BSP_SCHEDULE_DELAY: '100',
    OTEL_BLRP_MAX_QUEUE_SIZE: '7',
  });
  expect([traces, logs]).toEqual([{ scheduledDelayMillis: 100 }, { maxQueueSize: 7 }]);
});
