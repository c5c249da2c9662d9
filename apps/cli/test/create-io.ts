import type { Io, Screen } from '../src/io.js';

export interface Sent {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: unknown;
}

export interface FakeIo extends Io {
  readonly written: { out: string; err: string };
  readonly sent: Sent[];
  readonly questions: string[];
  readonly pausesMs: number[];
  readonly watches: { closed: number };
  /** Addresses handed to the browser. */
  readonly opened: string[];
}

export interface FakeIoOptions {
  readonly env?: { readonly [name: string]: string | undefined };
  readonly cwd?: string;
  /** How the command was called; `guidon` unless told. */
  readonly command?: string;
  /** What the person types; given, the terminal counts as interactive. */
  readonly answers?: readonly string[];
  readonly nowMs?: number;
  /** Given, stdout is a terminal of this size. */
  readonly screen?: Screen;
  /** What happens while a command watches, one by one; after the last one the person ends it. */
  readonly changes?: readonly (() => void)[];
  /** What the browser does with an address. */
  readonly open?: (address: string) => boolean;
  /** Talks to a real server instead of `serve`. */
  readonly fetch?: typeof globalThis.fetch;
  /** Answers each request; throw to play a broken network. */
  readonly serve?: (request: Sent, attempt: number) => Response;
}

export const ADMIN_KEY = `gdn_admin_abcd1234_${'s'.repeat(43)}`;
/** The day for which the sample shop is written. */
export const TODAY_MS = Date.parse('2026-11-23T12:00:00Z');

/** A world for one command: nothing in it is real, everything that the command does is written down. */
export function createIo(args: readonly string[], options: FakeIoOptions = {}): FakeIo {
  const written = { out: '', err: '' };
  const sent: Sent[] = [];
  const questions: string[] = [];
  const pausesMs: number[] = [];
  const changes = [...(options.changes ?? [])];
  const watches = { closed: 0 };
  const opened: string[] = [];
  const answers = [...(options.answers ?? [])];
  let ids = 0;
  return {
    command: options.command ?? 'guidon',
    args,
    env: { GUIDON_KEY: ADMIN_KEY, ...options.env },
    cwd: options.cwd ?? '/nowhere',
    interactive: options.answers !== undefined,
    colours: false,
    screen: () => options.screen,
    out: (text) => {
      written.out += text;
    },
    err: (text) => {
      written.err += text;
    },
    ask: async (question) => {
      questions.push(question);
      return answers.shift() ?? '';
    },
    fetch: async (input, init) => {
      if (options.fetch !== undefined) return options.fetch(input, init);
      const body = typeof init?.body === 'string' ? (JSON.parse(init.body) as unknown) : undefined;
      const request = {
        method: init?.method ?? 'GET',
        url: String(input),
        headers: new Headers(init?.headers),
        body,
      };
      sent.push(request);
      if (options.serve === undefined)
        throw new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } });
      return options.serve(request, sent.length);
    },
    open: async (address) => {
      opened.push(address);
      return options.open?.(address) ?? true;
    },
    now: () => options.nowMs ?? TODAY_MS,
    newId: () => {
      ids += 1;
      return `id-${ids}`;
    },
    pause: async (durationMs) => {
      pausesMs.push(durationMs);
    },
    watch: () => ({
      next: async () => {
        const change = changes.shift();
        change?.();
        return change === undefined ? 'end' : 'change';
      },
      forget: () => {},
      close: () => {
        watches.closed += 1;
      },
    }),
    watches,
    written,
    sent,
    questions,
    pausesMs,
    opened,
  };
}

export function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
}

/** The body of the first request. */
export function bodyOf(io: FakeIo): Readonly<Record<string, unknown>> {
  return io.sent[0]?.body as Readonly<Record<string, unknown>>;
}
