/** One call into the loading thread and its answer. */
export interface ThreadCall {
  readonly id: number;
  readonly method: ThreadMethod;
  readonly args: readonly unknown[];
}

export type ThreadMethod =
  | 'open'
  | 'amend'
  | 'stage'
  | 'remember'
  | 'recall'
  | 'run'
  | 'slice'
  | 'adopt'
  | 'discard';

export type ThreadAnswer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string };
