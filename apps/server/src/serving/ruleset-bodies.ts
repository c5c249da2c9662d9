import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { RulesetDocument } from '@guidon/protocol';
import type { LiveEnvironment } from '../catalog/index.js';
import type { RawHeaders } from './raw-reply.js';
import { frameJson } from './stream-frames.js';

export type Encoding = 'identity' | 'gzip' | 'br';

const CACHING: RawHeaders = ['cache-control', 'private, no-cache', 'vary', 'accept-encoding'];

const NO_SNIFF: RawHeaders = ['x-content-type-options', 'nosniff'];

const compressGzip = promisify(gzip);
const compressBrotli = promisify(brotliCompress);

/** A body with the headers that go with it. */
export interface Encoded {
  readonly headers: RawHeaders;
  /** Bytes; those of a small body as a latin1 string, which leaves in one piece with the head. */
  readonly body: Buffer | string;
}

/** Up to here copying the body behind the head is cheaper than a second piece. */
const ONE_PIECE_BYTES = 32_768;

/** The ruleset of one tag as it travels: serialised once, compressed once, off the event loop, and only when asked for. */
export class RulesetBody {
  /** The tag as an HTTP entity tag. */
  readonly etag: string;
  /** The answer to whoever has it already. */
  readonly unchanged: { readonly headers: RawHeaders };
  #json: string | undefined;
  #frame: Buffer | undefined;
  readonly #ready = new Map<Encoding, Encoded>();
  readonly #work = new Map<Encoding, Promise<Encoded>>();

  constructor(private readonly live: LiveEnvironment) {
    this.etag = `"${live.tag}"`;
    this.unchanged = { headers: ['etag', this.etag, ...CACHING] };
  }

  json(): string {
    this.#json ??= JSON.stringify(documentOf(this.live));
    return this.#json;
  }

  /** The same as an event of the stream. */
  frame(): Buffer {
    this.#frame ??= frameJson('ruleset', this.json(), this.live.tag);
    return this.#frame;
  }

  /** What is compressed already, so that the common request waits for no promise. */
  ready(encoding: Encoding): Encoded | undefined {
    return this.#ready.get(encoding);
  }

  /** One compression however many ask at once; one that failed is tried again by the next who asks. */
  encoded(encoding: Encoding): Promise<Encoded> {
    const running = this.#work.get(encoding);
    if (running !== undefined) return running;
    const work = this.#encode(encoding).finally(() => this.#work.delete(encoding));
    this.#work.set(encoding, work);
    return work;
  }

  async #encode(encoding: Encoding): Promise<Encoded> {
    const bytes = await compress(encoding, Buffer.from(this.json()));
    const body = bytes.length > ONE_PIECE_BYTES ? bytes : bytes.toString('latin1');
    const headers = ['content-type', 'application/json', 'content-length', String(bytes.length), ...NO_SNIFF];
    if (encoding !== 'identity') headers.push('content-encoding', encoding);
    const encoded = { headers: [...headers, ...this.unchanged.headers], body };
    this.#ready.set(encoding, encoded);
    return encoded;
  }
}

/** One body per live environment, made when first asked for and gone with it. */
export class RulesetBodies {
  readonly #bodies = new WeakMap<LiveEnvironment, RulesetBody>();
  #last: { readonly live: LiveEnvironment; readonly body: RulesetBody } | undefined;

  of(live: LiveEnvironment): RulesetBody {
    if (this.#last?.live === live) return this.#last.body;
    let body = this.#bodies.get(live);
    if (body === undefined) {
      body = new RulesetBody(live);
      this.#bodies.set(live, body);
    }
    this.#last = { live, body };
    return body;
  }
}

export function documentOf(live: LiveEnvironment): RulesetDocument {
  const { lineage, generation, hash, ruleset, kills } = live;
  return { ...ruleset, lineage, generation, hash, kills };
}

/** The best encoding that the caller accepts; a quality of 0 is a refusal. */
export function chooseEncoding(accepted: string | undefined): Encoding {
  if (accepted === undefined) return 'identity';
  if (accepts(accepted, 'br')) return 'br';
  return accepts(accepted, 'gzip') ? 'gzip' : 'identity';
}

function accepts(header: string, encoding: string): boolean {
  return header.split(',').some((part) => {
    const [name, ...parameters] = part.trim().toLowerCase().split(';');
    if (name?.trim() !== encoding) return false;
    return !parameters.some((parameter) => /^\s*q=0(?:\.0*)?\s*$/.test(parameter));
  });
}

async function compress(encoding: Encoding, bytes: Buffer): Promise<Buffer> {
  if (encoding === 'gzip') return compressGzip(bytes);
  if (encoding === 'identity') return bytes;
  // The default quality of 11 takes seconds for a megabyte; 5 is smaller than gzip at about its price.
  return compressBrotli(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } });
}
