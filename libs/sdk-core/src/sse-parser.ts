/** One event of a `text/event-stream`, as the HTML standard (section 9.2) dispatches it. */
export interface ServerSentEvent {
  readonly name: string;
  readonly data: string;
  /** The event's own id; absent when it brought none. */
  readonly id: string | undefined;
}

const LINE_END = /\r\n|\n|\r/g;

/**
 * Reads server-sent events from text in any cut. The pieces of an unfinished line are only joined once, so an event of
 * many megabytes costs what its length costs. Our own, because a resume point may come as an id without an event, which
 * the standard's reading drops, and because an event must not grow without bound (decision 0009).
 */
export class SseParser {
  readonly #onEvent: (event: ServerSentEvent) => void;
  readonly #onIdAlone: (id: string) => void;
  readonly #maxChars: number;
  #pieces: string[] = [];
  #piecesChars = 0;
  #data: string[] = [];
  #dataChars = 0;
  #name = '';
  #id: string | undefined;
  #first = true;
  #lastWasReturn = false;

  /** `onIdAlone` hears of ids that come without any event. */
  constructor(options: {
    readonly onEvent: (event: ServerSentEvent) => void;
    readonly onIdAlone: (id: string) => void;
    readonly maxChars: number;
  }) {
    this.#onEvent = options.onEvent;
    this.#onIdAlone = options.onIdAlone;
    this.#maxChars = options.maxChars;
  }

  /** Feeds a piece of the stream. `false` when an event has grown beyond the limit: drop the connection. */
  feed(chunk: string): boolean {
    let text = chunk;
    if (this.#first && text !== '') {
      this.#first = false;
      if (text.startsWith('\uFEFF')) text = text.slice(1);
    }
    if (this.#lastWasReturn && text.startsWith('\n')) text = text.slice(1);
    if (chunk !== '') this.#lastWasReturn = text.endsWith('\r');
    let start = 0;
    for (const match of text.matchAll(LINE_END)) {
      this.#line(this.#finish(text.slice(start, match.index)));
      start = match.index + match[0].length;
    }
    if (start < text.length) {
      this.#pieces.push(text.slice(start));
      this.#piecesChars += text.length - start;
    }
    return this.#piecesChars + this.#dataChars <= this.#maxChars;
  }

  #finish(end: string): string {
    if (this.#pieces.length === 0) return end;
    const line = this.#pieces.join('') + end;
    this.#pieces = [];
    this.#piecesChars = 0;
    return line;
  }

  #line(line: string): void {
    if (line === '') {
      this.#dispatch();
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const field = colon === -1 ? line : line.slice(0, colon);
    const skip = line[colon + 1] === ' ' ? 2 : 1;
    const value = colon === -1 ? '' : line.slice(colon + skip);
    if (field === 'data') {
      this.#data.push(value);
      this.#dataChars += value.length + 1;
    } else if (field === 'event') this.#name = value;
    else if (field === 'id' && !value.includes('\0')) this.#id = value;
  }

  #dispatch(): void {
    const [data, name, id] = [this.#data, this.#name, this.#id];
    this.#data = [];
    this.#dataChars = 0;
    this.#name = '';
    this.#id = undefined;
    if (data.length > 0) this.#onEvent({ name: name === '' ? 'message' : name, data: data.join('\n'), id });
    else if (id !== undefined) this.#onIdAlone(id);
  }
}
