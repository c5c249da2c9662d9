import { randomUUID } from 'node:crypto';
import { lstatSync, readdirSync, utimes, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mark, MarkStorage } from '@guidon/sdk-core';
import { areSignalsHeard, onProcessEnd } from './process-end.js';
import { isAlive, type Life, openSight, type Sight, TOUCH_MS } from './process-life.js';
import { type Place, readWhole, removeFile, seal, unseal } from './record-file.js';

/** More rulesets than this that somebody died of are not remembered. */
const MOST = 16;

interface Written extends Mark, Life {
  /** An end without a word is a death: a signal would have been heard. */
  readonly isHeard: boolean;
  /** It failed, and said so. */
  readonly hasFailed: boolean;
}

interface Found {
  readonly path: string;
  readonly touchedMs: number;
  readonly mark: Written;
}

/**
 * A file for each process that has not lived for long with its ruleset. It goes when the process ends as it should, and
 * stays when it dies: what stays is the count of deaths, with no record that several processes would have to change.
 */
export class MarkFiles implements MarkStorage {
  readonly #place: Place;
  readonly #prefix: string;
  readonly #path: string;
  readonly #sight: Sight;
  #written: Written | undefined;
  #stopListening: (() => void) | undefined;
  #touching: NodeJS.Timeout | undefined;

  constructor(place: Place, sight: Sight = openSight()) {
    this.#place = place;
    this.#sight = sight;
    this.#prefix = `${place.identity.slice(0, 32)}.mark.`;
    this.#path = join(place.folder, this.#prefix + randomUUID());
  }

  died(): readonly Mark[] {
    const worst = new Map<string, Found>();
    for (const found of this.#dead()) {
      const { hash, deaths, isHeard, hasFailed } = found.mark;
      const before = worst.get(hash);
      // Ended by a signal, for all we know.
      const counts = isHeard || hasFailed;
      if (!counts || (before !== undefined && before.mark.deaths >= deaths)) {
        removeFile(found.path);
        continue;
      }
      if (before !== undefined) removeFile(before.path);
      worst.set(hash, found);
    }
    const newestFirst = [...worst.values()].sort((a, b) => b.touchedMs - a.touchedMs);
    for (const { path } of newestFirst.slice(MOST)) removeFile(path);
    return newestFirst.slice(0, MOST).map(({ mark: { hash, lineage, generation, deaths } }) => ({
      hash,
      lineage,
      generation,
      deaths: deaths + 1,
    }));
  }

  set(mark: Mark): void {
    this.#write({ ...mark, ...this.#sight.own, isHeard: areSignalsHeard(), hasFailed: false });
    this.#stopListening ??= onProcessEnd((how) => {
      if (how === 'well') this.clear();
      else if (this.#written !== undefined) this.#write({ ...this.#written, hasFailed: true });
    });
    this.#touching ??= setInterval(() => this.#touch(), TOUCH_MS).unref();
  }

  clear(): void {
    const { hash } = this.#written ?? {};
    this.#written = undefined;
    clearInterval(this.#touching);
    this.#touching = undefined;
    this.#stopListening?.();
    this.#stopListening = undefined;
    removeFile(this.#path);
    if (hash !== undefined) this.forget(hash);
  }

  forget(hash: string): void {
    for (const { path, mark } of this.#dead()) if (mark.hash === hash) removeFile(path);
  }

  #touch(): void {
    const written = this.#written;
    if (written === undefined) return;
    const isHeard = areSignalsHeard();
    if (isHeard !== written.isHeard) this.#write({ ...written, isHeard });
    else utimes(this.#path, new Date(), new Date(), () => {});
  }

  #write(mark: Written): void {
    this.#written = mark;
    try {
      writeFileSync(this.#path, seal(this.#place, 'mark', JSON.stringify(mark)), { mode: 0o600 });
    } catch (error) {
      this.#place.warn('A mark cannot be written', error);
    }
  }

  /** Marks of processes that are no more. What cannot be read any more is taken away. */
  #dead(): readonly Found[] {
    return this.#names().flatMap((name) => {
      const path = join(this.#place.folder, name);
      if (path === this.#path) return [];
      const touchedMs = lstatSync(path, { throwIfNoEntry: false })?.mtimeMs;
      if (touchedMs === undefined) return [];
      const untouchedMs = Date.now() - touchedMs;
      const mark = this.#read(path);
      if (mark !== undefined)
        return isAlive(mark, this.#sight, untouchedMs) ? [] : [{ path, touchedMs, mark }];
      // It may be about to be written.
      if (untouchedMs > 60_000) removeFile(path);
      return [];
    });
  }

  #read(path: string): Written | undefined {
    try {
      const opened = unseal(this.#place, 'mark', readWhole(path));
      return typeof opened === 'object' ? (JSON.parse(opened.text) as Written) : undefined;
    } catch {
      return undefined;
    }
  }

  #names(): readonly string[] {
    try {
      return readdirSync(this.#place.folder).filter((name) => name.startsWith(this.#prefix));
    } catch {
      return [];
    }
  }
}
