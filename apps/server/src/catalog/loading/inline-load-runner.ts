import type { LoadRunner } from './load-messages.js';
import { LoadSession } from './load-session.js';

/** Runs the session in this thread: for tests, and where the built thread file is not at hand. */
export class InlineLoadRunner implements LoadRunner {
  private readonly session = new LoadSession();

  open(...args: Parameters<LoadRunner['open']>): Promise<readonly string[]> {
    return settle(() => this.session.open(...args));
  }

  amend(...args: Parameters<LoadRunner['amend']>): Promise<readonly string[]> {
    return settle(() => this.session.amend(...args));
  }

  stage(...args: Parameters<LoadRunner['stage']>): Promise<void> {
    return settle(() => this.session.stage(...args));
  }

  remember(...args: Parameters<LoadRunner['remember']>): Promise<void> {
    return settle(() => this.session.remember(...args));
  }

  recall(...args: Parameters<LoadRunner['recall']>): Promise<void> {
    return settle(() => this.session.recall(...args));
  }

  run(...args: Parameters<LoadRunner['run']>): ReturnType<LoadRunner['run']> {
    return settle(() => this.session.run(...args));
  }

  slice(...args: Parameters<LoadRunner['slice']>): ReturnType<LoadRunner['slice']> {
    return settle(() => this.session.slice(...args));
  }

  adopt(): Promise<void> {
    return settle(() => this.session.adopt());
  }

  discard(): Promise<void> {
    return settle(() => this.session.discard());
  }

  epoch(): number {
    return 0;
  }

  async close(): Promise<void> {}
}

async function settle<T>(work: () => T): Promise<T> {
  return work();
}
