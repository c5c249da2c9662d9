import { type TreeDifference, treeDifference } from '@guidon/engine/load';
import type { FileRef } from './loading/load-messages.js';

/** The tree that the loading thread was fed last, so that the next one can be sent as a difference. */
export class FedFiles {
  private files: readonly FileRef[] | undefined;
  private epoch = 0;

  /** The thread has all of these, contents included. No path may occur twice. */
  remember(files: readonly FileRef[], epoch: number): void {
    this.files = files;
    this.epoch = epoch;
  }

  /** Until it is remembered again, everything must be sent. */
  forget(): void {
    this.files = undefined;
  }

  /** What turns the tree that was fed into this one; undefined when the thread has none or another one. */
  changesTo(files: readonly FileRef[], epoch: number): TreeDifference<FileRef> | undefined {
    return this.files === undefined || epoch !== this.epoch ? undefined : treeDifference(this.files, files);
  }
}
