import type { Scalar } from 'yaml';

/** A comment on a line of its own, from its `#`; `gap`: a blank line stands over it. */
export interface Remark {
  readonly text: string;
  readonly gap: boolean;
}

/** A map or list with what people wrote between its lines. */
export interface Branch {
  readonly kind: 'map' | 'list';
  /** Written in brackets. */
  flow: boolean;
  readonly from: number;
  readonly to: number;
  /** Of the first character, from 0. */
  readonly column: number;
  entries: Entry[];
  /** Comments after the last entry that belong in here by their indentation. */
  readonly ends: Remark[];
}

export interface Leaf {
  readonly kind: 'leaf';
  readonly node: Scalar;
  readonly from: number;
  readonly to: number;
}

/** A pair of a map or an item of a list: one thing to which comments belong. */
export interface Entry {
  /** Absent in a list. */
  readonly key: Scalar | undefined;
  /** Of its key, dash or question mark. */
  readonly from: number;
  readonly to: number;
  readonly column: number;
  value: Branch | Leaf;
  /** A blank line stands right over it. */
  gap: boolean;
  /** Comments over it. */
  before: Remark[];
  /** The comment on its line. */
  beside: string | undefined;
}

export interface Tree {
  readonly root: Branch;
  /** Comments at the top that speak of the whole file and stay there. */
  readonly head: Remark[];
  /** A blank line separates them from the first entry. */
  headGap: boolean;
}
