/**
 * Everything that a command may touch outside itself. The real one stands in `real-io.ts`; specs pass their own, so
 * no command needs a process, a terminal or a server to be tried.
 */
export interface Io {
  /** How this very command is called from the same place, for lines that a person may paste. */
  readonly command: string;
  /** Without the interpreter and the script. */
  readonly args: readonly string[];
  readonly env: { readonly [name: string]: string | undefined };
  readonly cwd: string;
  /** True when a person sits in front of it: only then are questions asked. */
  readonly interactive: boolean;
  /** True when stdout is a terminal that wants colours. */
  readonly colours: boolean;
  /** How large the terminal on stdout is now; `undefined` where lines can only be added and never be drawn anew. */
  screen(): Screen | undefined;
  out(text: string): void;
  err(text: string): void;
  ask(question: string): Promise<string>;
  readonly fetch: typeof globalThis.fetch;
  /** Opens a web address in the person's browser; false when there is none. */
  open(address: string): Promise<boolean>;
  /** Milliseconds since the epoch. */
  now(): number;
  /** A fresh unique id, for the `Idempotency-Key`. */
  newId(): string;
  pause(durationMs: number): Promise<void>;
  /** Watches a folder until it is closed; on a terminal also the keys that end it. */
  watch(folder: string): Watch;
}

export interface Screen {
  readonly columns: number;
  readonly rows: number;
}

/** Somebody who sees files change. */
export interface Watch {
  /** Resolves at the next change, or when the person has had enough; at once if that was before the question. */
  next(): Promise<'change' | 'end'>;
  /** Lets go of changes that nobody has asked for yet. */
  forget(): void;
  close(): void;
}
