import { parseKey } from '@guidon/protocol';
import { INIT_TIMEOUT_MS, POLL_INTERVAL_MS } from '@guidon/sdk-core/constants';
import { POLL_MIN_MS } from './limits.js';

/** Where the SDK writes what people should know. `console` fits. */
export interface Logger {
  warn(sentence: string): void;
}

export interface GuidonWebOptions {
  /** Base address of the server, e.g. `https://flags.acme.example`. */
  readonly url: string;
  /** A web key, `gdn_web_…`. It names the environment and shows values only; every visitor can read it. */
  readonly key: string;
  /** How long initialization and a change of context wait for an answer, in ms. */
  readonly initTimeoutMs?: number | undefined;
  /** How often the server is asked while there is no event stream, in ms; a second at least. */
  readonly pollIntervalMs?: number | undefined;
  /** Whether answers are kept in local storage for the next visit; on unless `false`. */
  readonly cache?: boolean | undefined;
  /** Warnings go to the console unless you say otherwise. */
  readonly logger?: Logger | undefined;
}

/** What holds when an option is left out; `required` and `console` are words, the others are values. */
export const OPTION_DEFAULTS = {
  url: 'required',
  key: 'required',
  initTimeoutMs: INIT_TIMEOUT_MS,
  pollIntervalMs: POLL_INTERVAL_MS,
  cache: true,
  logger: 'console',
} as const satisfies { readonly [name in keyof Required<GuidonWebOptions>]: string | number | boolean };

export interface Settings {
  /** Without a slash at its end. */
  readonly url: string;
  readonly key: string;
  readonly initTimeoutMs: number;
  readonly pollIntervalMs: number;
  readonly cache: boolean;
  warn(sentence: string): void;
  /** Why nothing will be asked. */
  readonly trouble: string | undefined;
}

/** Longer than this timers fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Reads options that may come from anywhere. What is wrong is told in `trouble`, never thrown: the page must start. */
export function readOptions(given: GuidonWebOptions): Settings {
  const options: Partial<Record<keyof GuidonWebOptions, unknown>> = Object(given);
  const url = typeof options.url === 'string' ? options.url.replace(/\/+$/, '') : '';
  const key = typeof options.key === 'string' ? options.key.trim() : '';
  const duration = (value: unknown, fallback: number) =>
    typeof value === 'number' && value >= 0 && value <= LONGEST_TIMER_MS ? value : fallback;
  const logger = (options.logger ?? console) as Logger;
  return {
    url,
    key,
    initTimeoutMs: duration(options.initTimeoutMs, OPTION_DEFAULTS.initTimeoutMs),
    pollIntervalMs: Math.max(POLL_MIN_MS, duration(options.pollIntervalMs, OPTION_DEFAULTS.pollIntervalMs)),
    cache: options.cache !== false,
    warn(sentence) {
      try {
        logger.warn(`guidon: ${sentence}`);
      } catch {
        // A logger that fails must not take the flags with it.
      }
    },
    trouble: whyUnusable(url, key),
  };
}

/** `URL.canParse` is younger than browsers that are around. */
function isAddress(text: string): boolean {
  try {
    return new URL(text).protocol.startsWith('http');
  } catch {
    return false;
  }
}

function whyUnusable(url: string, key: string): string | undefined {
  if (!isAddress(url)) return 'The option `url` must be the http or https address of a Guidon server.';
  const kind = parseKey(key)?.kind;
  if (kind === 'web') return undefined;
  // It would be in every visitor's hands.
  if (kind !== undefined)
    return `The option \`key\` is of kind ${kind} and must never be in a page: revoke it, and give a web key.`;
  return 'The option `key` must be a web key, gdn_web_….';
}
