import { parseKey } from '@guidon/protocol';
import { constants } from '@guidon/sdk-core';

/** Where the SDK writes what people should know. `console` fits. */
export interface Logger {
  debug?(sentence: string): void;
  info?(sentence: string): void;
  warn(sentence: string): void;
  error(sentence: string): void;
}

export interface GuidonOptions {
  /** Base address of the server, e.g. `https://flags.acme.example`; or several of one installation, in the order of trying. */
  readonly url: string | readonly string[];
  /** A server key, `gdn_server_…`. It names the environment. */
  readonly key: string;
  /** The environment that you expect. Values of another one are refused rather than served. */
  readonly environment?: string | undefined;
  /** Folder for the rulesets and kills that a restart begins from. Made with mode 0700. Without it nothing is written. */
  readonly dataDir?: string | undefined;
  /** How long `ready()` and OpenFeature's initialization wait for the first answer, in ms. */
  readonly initTimeoutMs?: number | undefined;
  /**
   * A ruleset that ships with the application, as `GET /sdk/v1/ruleset` answers: itself, the path of a file, or an address
   * that is asked without a key. Used when nothing is kept on disk.
   */
  readonly bootstrap?: unknown;
  /** Whether counts and the state of this client are reported to the server; on unless `false`. */
  readonly telemetry?: boolean | undefined;
  /** Warnings and errors go to the console unless you say otherwise. */
  readonly logger?: Logger | undefined;
}

/** What holds when an option is left out; `required` and `none` are words, the others are values. */
export const OPTION_DEFAULTS = {
  url: 'required',
  key: 'required',
  environment: 'none',
  dataDir: 'none',
  initTimeoutMs: constants.INIT_TIMEOUT_MS,
  bootstrap: 'none',
  telemetry: true,
  logger: 'console',
} as const satisfies { readonly [name in keyof Required<GuidonOptions>]: string | number | boolean };

export interface Settings {
  readonly urls: readonly [URL, ...URL[]];
  readonly key: string;
  /** Names the key in file names: never the secret part. */
  readonly keyId: string;
  readonly environment: string | undefined;
  readonly dataDir: string | undefined;
  readonly initTimeoutMs: number;
  readonly bootstrap: unknown;
  readonly telemetry: boolean;
  readonly log: Required<Logger>;
}

/**
 * Reads options that may come from anywhere. What is wrong is told in `trouble`, never thrown: a service must start
 * and serve its coded defaults even with a mistyped address.
 */
export function readOptions(given: GuidonOptions): { settings: Settings; trouble: string | undefined } {
  const options: Partial<Record<keyof GuidonOptions, unknown>> = Object(given);
  const { initTimeoutMs } = options;
  const [url, ...others] = readUrls(options.url);
  const key = typeof options.key === 'string' ? options.key.trim() : '';
  const parsed = parseKey(key);
  const settings: Settings = {
    urls: [url ?? new URL('http://localhost'), ...others],
    key,
    keyId: parsed?.id ?? '',
    environment: textOrNothing(options.environment),
    dataDir: textOrNothing(options.dataDir),
    initTimeoutMs: isDuration(initTimeoutMs) ? initTimeoutMs : OPTION_DEFAULTS.initTimeoutMs,
    bootstrap: options.bootstrap,
    telemetry: options.telemetry !== false,
    log: readLogger(options.logger),
  };
  return { settings, trouble: whyUnusable(url, key, parsed?.kind) };
}

function whyUnusable(url: URL | undefined, key: string, kind: string | undefined): string | undefined {
  if (url === undefined)
    return 'The option `url` must be the http or https address of a Guidon server, or a list of such addresses.';
  if (key === '') return 'The option `key` is missing: give a server key, gdn_server_….';
  if (kind !== undefined && kind !== 'server')
    return `The option \`key\` is ${kind === 'admin' ? 'an' : 'a'} ${kind} key: give a server key.`;
  // A line break would end the header. The server judges every other form.
  return /^[\x21-\x7e]+$/.test(key) ? undefined : 'The option `key` holds characters that no key has.';
}

/** None if any of them is wrong: an address that is never asked would not be missed before it is needed. */
function readUrls(url: unknown): readonly URL[] {
  const urls = (Array.isArray(url) ? url : [url]).map(readUrl);
  return urls.every((one) => one !== undefined) ? urls : [];
}

function readUrl(url: unknown): URL | undefined {
  if (typeof url !== 'string' || !URL.canParse(url)) return undefined;
  const parsed = new URL(url);
  return parsed.protocol === 'http:' || parsed.protocol === 'https:' ? parsed : undefined;
}

function textOrNothing(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Longer than this Node's timers fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export function isDuration(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= LONGEST_TIMER_MS;
}

function readLogger(logger: unknown): Required<Logger> {
  const target = (typeof logger === 'object' && logger !== null ? logger : CONSOLE) as Logger;
  const write = (level: keyof Logger) => (sentence: string) => {
    try {
      target[level]?.(`guidon: ${sentence}`);
    } catch {
      // A logger that fails must not take the flags with it.
    }
  };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

const CONSOLE: Logger = {
  warn: (sentence) => console.warn(sentence),
  error: (sentence) => console.error(sentence),
};
