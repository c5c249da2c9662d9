import { type DiagLogger, diag } from '@opentelemetry/api';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { OtelSettings, SamplerSettings } from '../otel-settings.js';
import type { Tracing } from '../spans.js';
import { recordOf } from './otel-logs.js';
import { OtelSpans } from './otel-spans.js';

export interface OpenTelemetry {
  readonly tracing: Tracing;
  /** Takes a line of the log; absent where logs are not sent. */
  readonly takeLine?: (line: string) => void;
  /** Sends what is left. */
  close(): Promise<void>;
}

const SCOPE = 'guidon';

/**
 * The official SDK, put together by hand. This file is the only one that loads it, and is itself loaded only where the
 * variables ask for it.
 */
export function openTelemetry(settings: OtelSettings, complain: (sentence: string) => void): OpenTelemetry {
  diag.setLogger(complaining(complain));
  const resource = resourceFromAttributes({ 'service.name': SCOPE }).merge(
    detectResources({ detectors: [envDetector] }),
  );
  const spans = new TracerProvider({
    resource,
    sampler: samplerOf(settings.sampler),
    // Without an exporter spans are made all the same: the log names them.
    spanProcessors:
      settings.traces === undefined
        ? []
        : [new BatchSpanProcessor({ ...settings.traces, exporter: new OTLPTraceExporter() })],
  });
  const tracing = new OtelSpans(spans.getTracer(SCOPE));
  if (settings.logs === undefined) return { tracing, close: () => spans.shutdown() };
  const logs = new LoggerProvider({
    resource,
    processors: [new BatchLogRecordProcessor({ ...settings.logs, exporter: new OTLPLogExporter() })],
  });
  const logger = logs.getLogger(SCOPE);
  return {
    tracing,
    takeLine: (line) => logger.emit(recordOf(line, tracing.context())),
    close: async () => {
      await Promise.allSettled([spans.shutdown(), logs.shutdown()]);
    },
  };
}

function samplerOf({ isParentBased, ratio }: SamplerSettings): Sampler {
  const root = new TraceIdRatioBasedSampler(ratio);
  return isParentBased ? new ParentBasedSampler({ root }) : root;
}

/** Its troubles are ours to tell, and its chatter is nobody's. */
function complaining(complain: (sentence: string) => void): DiagLogger {
  const silent = () => {};
  const say = (message: string) => complain(message);
  return { error: say, warn: say, info: silent, debug: silent, verbose: silent };
}
