/** What the standard variables ask for. The exporters read those about addresses, headers and certificates themselves. */
export interface OtelSettings {
  readonly traces: BatchSettings | undefined;
  readonly logs: BatchSettings | undefined;
  readonly sampler: SamplerSettings;
  /** What was not understood, with what is done instead. */
  readonly warnings: readonly string[];
}

export interface BatchSettings {
  readonly scheduledDelayMillis?: number;
  readonly exportTimeoutMillis?: number;
  readonly maxQueueSize?: number;
  readonly maxExportBatchSize?: number;
}

export interface SamplerSettings {
  readonly isParentBased: boolean;
  /** Of traces that begin here, 0 to 1. */
  readonly ratio: number;
}

type Environment = { readonly [name: string]: string | undefined };
type Warn = (sentence: string) => void;

const SAMPLERS = ['always_on', 'always_off', 'traceidratio'] as const;
const EVERYTHING: SamplerSettings = { isParentBased: true, ratio: 1 };

/**
 * Nothing is sent unless an endpoint or the exporter `otlp` is named. A wrong value never keeps a server from starting: these
 * variables are often given to every program of a cluster, and flags matter more than their traces.
 */
export function readOtelSettings(env: Environment): OtelSettings {
  const warnings: string[] = [];
  const warn: Warn = (sentence) => warnings.push(sentence);
  const isOff = settingOf(env, 'OTEL_SDK_DISABLED')?.toLowerCase() === 'true';
  const isSent = (signal: 'TRACES' | 'LOGS') => !isOff && isAskedFor(env, signal, warn);
  return {
    traces: isSent('TRACES') ? batchOf(env, 'OTEL_BSP', warn) : undefined,
    logs: isSent('LOGS') ? batchOf(env, 'OTEL_BLRP', warn) : undefined,
    sampler: isOff ? EVERYTHING : samplerOf(env, warn),
    warnings,
  };
}

/** A blank variable is one that is not set, as OpenTelemetry says. */
function settingOf(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}

function isAskedFor(env: Environment, signal: 'TRACES' | 'LOGS', warn: Warn): boolean {
  const exporter = settingOf(env, `OTEL_${signal}_EXPORTER`);
  const endpoint =
    settingOf(env, `OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`) ?? settingOf(env, 'OTEL_EXPORTER_OTLP_ENDPOINT');
  if (exporter === 'none' || (exporter === undefined && endpoint === undefined)) return false;
  if (exporter !== undefined && exporter !== 'otlp') {
    warn(`OTEL_${signal}_EXPORTER is neither otlp nor none, so none of them are sent.`);
    return false;
  }
  if (endpoint !== undefined && !(/^https?:/.test(endpoint) && URL.canParse(endpoint))) {
    warn(`The endpoint for ${signal.toLowerCase()} is no http or https URL, so none of them are sent.`);
    return false;
  }
  return speaksHttp(env, signal, warn);
}

function speaksHttp(env: Environment, signal: 'TRACES' | 'LOGS', warn: Warn): boolean {
  const name = `OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`;
  const protocol = settingOf(env, name) ?? settingOf(env, 'OTEL_EXPORTER_OTLP_PROTOCOL') ?? 'http/json';
  // A collector takes JSON where it takes protobuf: at the same port and path.
  if (protocol === 'http/json' || protocol === 'http/protobuf') return true;
  const mend = `set ${name}=http/json, and the endpoint to the collector's port for HTTP, usually 4318`;
  warn(`Only OTLP over HTTP is spoken, so no ${signal.toLowerCase()} are sent: ${mend}.`);
  return false;
}

function batchOf(env: Environment, prefix: 'OTEL_BSP' | 'OTEL_BLRP', warn: Warn): BatchSettings {
  const read = (name: string, key: keyof BatchSettings): BatchSettings => {
    const text = settingOf(env, `${prefix}_${name}`);
    if (text === undefined) return {};
    if (/^[1-9]\d{0,8}$/.test(text)) return { [key]: Number(text) };
    warn(`${prefix}_${name} is no whole number above 0, so its default holds.`);
    return {};
  };
  return {
    ...read('SCHEDULE_DELAY', 'scheduledDelayMillis'),
    ...read('EXPORT_TIMEOUT', 'exportTimeoutMillis'),
    ...read('MAX_QUEUE_SIZE', 'maxQueueSize'),
    ...read('MAX_EXPORT_BATCH_SIZE', 'maxExportBatchSize'),
  };
}

function samplerOf(env: Environment, warn: Warn): SamplerSettings {
  const name = settingOf(env, 'OTEL_TRACES_SAMPLER') ?? 'parentbased_always_on';
  const isParentBased = name.startsWith('parentbased_');
  const kind = SAMPLERS.find((one) => one === name.replace('parentbased_', ''));
  if (kind === undefined) {
    warn('OTEL_TRACES_SAMPLER is not known, so every trace is taken.');
    return EVERYTHING;
  }
  if (kind !== 'traceidratio') return { isParentBased, ratio: kind === 'always_on' ? 1 : 0 };
  const text = settingOf(env, 'OTEL_TRACES_SAMPLER_ARG') ?? '1';
  const ratio = Number(text);
  if (ratio >= 0 && ratio <= 1) return { isParentBased, ratio };
  warn('OTEL_TRACES_SAMPLER_ARG is no number from 0 to 1, so every trace is taken.');
  return { isParentBased, ratio: 1 };
}
