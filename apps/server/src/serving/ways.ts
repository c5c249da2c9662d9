import type { LiveChange, LiveEnvironment } from '../catalog/index.js';
import { PatchRing } from './patch-ring.js';
import { frame, patchEvent } from './stream-frames.js';

/** Where a client stands. */
export interface Standing {
  readonly lineage: string;
  readonly generation: number;
}

interface Recent {
  readonly ring: PatchRing;
  /** Ways found since the last change: thousands of streams stand at the same two or three generations. */
  readonly found: Map<string, readonly Buffer[] | undefined>;
}

/** Clients name the generation that they come from, so that there may be any number. */
const MOST_FOUND = 256;

/** How to bring clients forward with the least bytes: the latest steps of every environment, framed once each. */
export class Ways {
  readonly #recent = new Map<string, Recent>();

  record({ live, steps }: Extract<LiveChange, { kind: 'ruleset' }>): void {
    const { environment, lineage } = live;
    const { ring, found } = this.#of(environment);
    found.clear();
    if (!ring.holds(lineage)) ring.reset(lineage);
    for (const step of steps) {
      const bytes = frame('patch', patchEvent(step), step.to.tag);
      ring.add(lineage, { from: step.from, generation: step.to.generation, frame: bytes });
    }
  }

  /** The frames that lead there, oldest first; `undefined` when only the whole ruleset will do. */
  find(from: Standing, target: LiveEnvironment): readonly Buffer[] | undefined {
    const { environment, lineage, generation } = target;
    if (from.lineage !== lineage) return undefined;
    const { ring, found } = this.#of(environment);
    const name = `${from.generation}>${generation}`;
    const known = found.get(name);
    if (known !== undefined || found.has(name)) return known;
    const way = ring.between(lineage, from.generation, generation);
    if (found.size < MOST_FOUND) found.set(name, way);
    return way;
  }

  #of(environment: string): Recent {
    const known = this.#recent.get(environment);
    if (known !== undefined) return known;
    const made: Recent = { ring: new PatchRing(), found: new Map() };
    this.#recent.set(environment, made);
    return made;
  }
}
