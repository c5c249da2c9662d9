import type { DestinationStream } from 'pino';
import { redact } from '../log/create-log.js';
import { readOtelSettings } from './otel-settings.js';
import { useTracing } from './spans.js';

export interface Telemetry {
  /** Gives each line of the log on, to be sent as well. */
  tee(stream: DestinationStream): DestinationStream;
  /** Sends what is left, if it is taken soon. */
  close(): Promise<void>;
}

export interface TelemetryOptions {
  readonly env: { readonly [name: string]: string | undefined };
  /** Told what is wrong, in a sentence, not more than once in five minutes. */
  readonly warn: (sentence: string) => void;
  readonly elapsedMs: () => number;
}

/** A stop waits no longer for a collector. */
const FAREWELL_MS = 2_000;
const COMPLAIN_MS = 300_000;

/** Traces and logs by the standard variables. Without them nothing is loaded and every span is a look at a variable. */
export async function startTelemetry({
  env,
  warn,
  elapsedMs,
}: TelemetryOptions): Promise<Telemetry | undefined> {
  const settings = readOtelSettings(env);
  for (const sentence of settings.warnings) warn(sentence);
  if (settings.traces === undefined && settings.logs === undefined) return undefined;
  let toldMs = Number.NEGATIVE_INFINITY;
  const complain = (sentence: string) => {
    if (elapsedMs() - toldMs < COMPLAIN_MS) return;
    toldMs = elapsedMs();
    warn(`Traces or logs do not reach the collector: ${redact(sentence).slice(0, 300)}`);
  };
  const { openTelemetry } = await import('./otel/open-telemetry.js');
  const { tracing, takeLine, close } = openTelemetry(settings, complain);
  useTracing(tracing);
  return {
    tee: (stream) => (takeLine === undefined ? stream : teed(stream, takeLine)),
    close: async () => {
      useTracing(undefined);
      await soon(close());
    },
  };
}

/** First to where it is surely read. */
function teed(stream: DestinationStream, takeLine: (line: string) => void): DestinationStream {
  return {
    write(line) {
      stream.write(line);
      takeLine(line);
    },
  };
}

async function soon(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, FAREWELL_MS);
  });
  await Promise.race([work.catch(() => undefined), patience]);
  clearTimeout(timer);
}
