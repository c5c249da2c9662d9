import type { CommitStep, LiveHistory, Past } from '@guidon/engine/load';
import type { BlobContent, Recalled } from './load-messages.js';

/** What is brought up of the past for one load, since something in it jumps or goes. */
export class RecalledPast {
  private readonly commits = new Map<string, readonly CommitStep[]>();
  private readonly texts = new Map<string, Uint8Array>();

  take(commits: readonly Recalled[], contents: readonly BlobContent[]): void {
    for (const [unit, steps] of commits) this.commits.set(unit, steps);
    for (const [blob, bytes] of contents) this.texts.set(blob, bytes);
  }

  /** Beside what is always known of the revisions. */
  before(history: LiveHistory): Past {
    return {
      stepsOf: (unit) => history.stepsOf(unit),
      commitsOf: (unit) => this.commits.get(unit) ?? [],
      textOf: (blob) => this.texts.get(blob),
    };
  }
}
