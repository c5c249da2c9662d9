import { MESSAGE_MAX_CHARS } from './constants.js';
import type { Failure, Transport } from './ports.js';
import { readStreamMessage, type StreamMessage } from './read-wire.js';
import { SseParser } from './sse-parser.js';

export type UsableMessage = Exclude<StreamMessage, { kind: 'unknown' | 'broken' }>;

export interface SessionHandlers {
  message(message: UsableMessage, id: string | undefined): void;
  /** An id without an event: the server has nothing to send and says where it stands. */
  idAlone(id: string): void;
  /** Before anything is read from a piece that came. */
  activity(): void;
  /** After all of a piece was read. */
  rest(): void;
  failed(failure: Failure): void;
}

/** Opens a stream and reads its messages until it fails, which is told once, or is closed by what this returns. */
export function openSession(
  transport: Transport,
  tag: string | undefined,
  handlers: SessionHandlers,
): () => void {
  let over = false;
  const fail = (failure: Failure) => {
    if (over) return;
    over = true;
    handlers.failed(failure);
  };
  const parser = new SseParser({
    maxChars: MESSAGE_MAX_CHARS,
    onEvent: (event) => {
      if (over) return;
      const message = readStreamMessage(event);
      if (message.kind === 'broken') fail({ kind: 'protocol', sentence: message.sentence });
      else if (message.kind !== 'unknown') handlers.message(message, event.id);
    },
    onIdAlone: (id) => {
      if (!over) handlers.idAlone(id);
    },
  });
  const close = transport.openStream(tag, {
    chunk: (text) => {
      if (over) return;
      handlers.activity();
      const fits = parser.feed(text);
      if (!fits) fail({ kind: 'protocol', sentence: 'The server sent an event that is too large.' });
      else if (!over) handlers.rest();
    },
    failed: fail,
  });
  return () => {
    over = true;
    close();
  };
}
