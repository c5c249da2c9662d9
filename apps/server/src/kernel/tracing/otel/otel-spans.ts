import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import type { RequestFacts, RequestSpan, SpanFacts, TraceIds, Tracing } from '../spans.js';

const propagator = new W3CTraceContextPropagator();
const getter = {
  keys: (carrier: object) => Object.keys(carrier),
  get: (carrier: object, name: string) => (carrier as { readonly [name: string]: string | undefined })[name],
};

/** Spans of OpenTelemetry. What runs within which is kept here, since hooks that patch modules do not see ES modules. */
export class OtelSpans implements Tracing {
  readonly #contexts = new AsyncLocalStorage<Context>();

  constructor(private readonly tracer: Tracer) {}

  async span<T>(name: string, facts: SpanFacts, work: () => Promise<T>): Promise<T> {
    const parent = this.context() ?? ROOT_CONTEXT;
    const span = this.tracer.startSpan(name, { attributes: facts as Attributes }, parent);
    try {
      return await this.#contexts.run(trace.setSpan(parent, span), work);
    } catch (error) {
      fail(span, error);
      throw error;
    } finally {
      span.end();
    }
  }

  request({ name, facts, traceparent, tracestate }: RequestFacts): RequestSpan {
    const caller =
      traceparent === undefined
        ? ROOT_CONTEXT
        : propagator.extract(ROOT_CONTEXT, { traceparent, tracestate }, getter);
    const span = this.tracer.startSpan(
      name,
      { kind: SpanKind.SERVER, attributes: facts as Attributes },
      caller,
    );
    const context = trace.setSpan(caller, span);
    return {
      within: (work) => this.#contexts.run(context, work),
      end: (status) => {
        span.setAttribute('http.response.status_code', status);
        if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      },
    };
  }

  isWithinSpan(): boolean {
    return this.context() !== undefined;
  }

  ids(): TraceIds | undefined {
    const context = this.context();
    const span = context === undefined ? undefined : trace.getSpanContext(context);
    return span === undefined ? undefined : { trace_id: span.traceId, span_id: span.spanId };
  }

  context(): Context | undefined {
    return this.#contexts.getStore();
  }
}

/** The kind of failure; its text may hold what belongs into no trace, and stands in the log. */
function fail(span: Span, error: unknown): void {
  const { code, name } = error as { code?: unknown; name?: unknown };
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute('error.type', String(code ?? name ?? 'unknown'));
}
