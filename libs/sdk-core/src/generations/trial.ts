import type { Stamp } from '@guidon/protocol';
import { EARNED_MS, TRIAL_MS } from '../constants.js';
import type { Ports } from '../ports.js';
import type { Generation } from './generation.js';

/** What a ruleset has to stand: a minute with a mark on disk that says who is using it, then the rest of ten minutes. */
export class Trial {
  readonly #ports: Ports;
  /** A stage is over: what is in use has been so until now. */
  readonly #reached: () => void;
  #isMarked = false;
  #cancel: (() => void) | undefined;

  constructor(ports: Ports, reached: () => void) {
    this.#ports = ports;
    this.#reached = reached;
  }

  /** Called before the ruleset is used. What has earned its place is not tried again: nobody would put it in quarantine. */
  begin({ hash, lineage, generation }: Stamp, servedMs: number, deaths: number): void {
    this.#cancel?.();
    this.#cancel = undefined;
    if (servedMs >= EARNED_MS) {
      this.end();
      return;
    }
    this.#isMarked = true;
    this.#ports.storage?.marks.set({ hash, lineage, generation, deaths });
    this.#cancel = this.#ports.after(TRIAL_MS, () => {
      this.#clear();
      this.#reached();
    });
  }

  /** The minute was survived. Waits for the moment from which it is last known good. */
  goOn({ servedMs }: Pick<Generation, 'servedMs'>): void {
    this.#cancel?.();
    this.#cancel = servedMs < EARNED_MS ? this.#ports.after(EARNED_MS - servedMs, this.#reached) : undefined;
  }

  /** The process ends as it should, or has another ruleset. */
  end(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#clear();
  }

  #clear(): void {
    if (this.#isMarked) this.#ports.storage?.marks.clear();
    this.#isMarked = false;
  }
}
