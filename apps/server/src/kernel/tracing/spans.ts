/** What is told of a span. Names of flags, environments and commits are fine; contexts, keys and addresses are not. */
export interface SpanFacts {
  readonly [name: string]: string | number | boolean;
}

/** Ids of the span in whose course something happens, as they stand in the log. */
export interface TraceIds {
  readonly trace_id: string;
  readonly span_id: string;
}

/** A request of somebody, from its head to its last byte. */
export interface RequestSpan {
  /** Runs what follows as part of it. */
  within<T>(work: () => T): T;
  end(status: number): void;
}

export interface RequestFacts {
  readonly name: string;
  readonly facts: SpanFacts;
  /** Of the caller's own trace. */
  readonly traceparent?: string | undefined;
  readonly tracestate?: string | undefined;
}

/** What makes spans, where somebody asked for them. */
export interface Tracing {
  span<T>(name: string, facts: SpanFacts, work: () => Promise<T>): Promise<T>;
  isWithinSpan(): boolean;
  ids(): TraceIds | undefined;
  request(request: RequestFacts): RequestSpan;
}

/** One for the process, as OpenTelemetry has it: where spans go does not depend on which server of a process made them. */
let tracing: Tracing | undefined;

/** Spans are made from now on; `undefined`: no more. */
export function useTracing(made: Tracing | undefined): void {
  tracing = made;
}

export function tracingInUse(): Tracing | undefined {
  return tracing;
}

/** A piece of work that may stand alone: it begins a trace unless it runs within one. Costs a look when nobody asked for spans. */
export function inSpan<T>(name: string, facts: SpanFacts, work: () => Promise<T>): Promise<T> {
  return tracing === undefined ? work() : tracing.span(name, facts, work);
}

/** A step of something larger: without that it is none, so that what runs every second makes no traces of its own. */
export function inStep<T>(name: string, facts: SpanFacts, work: () => Promise<T>): Promise<T> {
  return tracing?.isWithinSpan() === true ? tracing.span(name, facts, work) : work();
}

export function currentTraceIds(): TraceIds | undefined {
  return tracing?.ids();
}
