/** What of an audit entry the description needs. */
export interface EntryFacts {
  readonly action: string;
  readonly subject: { readonly [name: string]: unknown };
  readonly environments?: readonly string[];
  readonly commit?: string;
}

/** One change in plain words. */
export interface Described {
  /** What happened, without who and why: these stand beside it. */
  readonly sentence: string;
  /** Keys of flags that the entry itself names; others are found by whoever has the files or the kill. */
  readonly flags: readonly string[];
  /** Whether what applications are served changed by it, and not only what is recorded. */
  readonly touchesServed: boolean;
  /** Path of the thing's own route, for a GET. */
  readonly link?: string;
}
