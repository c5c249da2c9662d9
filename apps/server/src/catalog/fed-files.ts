import type { FileChanges, FileRef } from './loading/load-messages.js';

/** The tree that the loading thread was fed last, so that the next one can be sent as a difference. */
export class FedFiles {
  private byPath: ReadonlyMap<string, FileRef> | undefined;
  private epoch = 0;

  /** The thread has all of these, contents included. */
  remember(files: readonly FileRef[], epoch: number): void {
    const byPath = new Map(files.map((file) => [file.path, file]));
    // A tree with one path twice is a finding, which a difference by path could not tell.
    this.byPath = byPath.size === files.length ? byPath : undefined;
    this.epoch = epoch;
  }

  /** Until it is remembered again, everything must be sent. */
  forget(): void {
    this.byPath = undefined;
  }

  /** What turns the tree that was fed into this one; undefined when the thread has none or another one. */
  changesTo(files: readonly FileRef[], epoch: number): FileChanges | undefined {
    const before = this.byPath;
    if (before === undefined || epoch !== this.epoch) return undefined;
    const set = files.filter(({ path, blob, entry }) => {
      const known = before.get(path);
      return known?.blob !== blob || known.entry !== entry;
    });
    const paths = new Set(files.map(({ path }) => path));
    if (paths.size !== files.length) return undefined;
    return { set, gone: [...before.keys()].filter((path) => !paths.has(path)) };
  }
}
