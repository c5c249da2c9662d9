import { lstatSync, readdirSync, renameSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { MarkStorage, RecordChange, RecordKind, RecordStorage } from '@guidon/sdk-core';
import {
  digest,
  flushFolderNow,
  type Place,
  readWhole,
  removeFile,
  replaceNow,
  seal,
  temporaryName,
  unseal,
} from './record-file.js';

/** A temporary file that nobody has touched for so long has nobody who writes it. */
const ABANDONED_MS = 60_000;

/**
 * One file a record, each written whole or not at all. Names come from what is inside, so that processes that share the
 * folder write the same content to the same place, and there is nothing to lock.
 */
export class RecordFiles implements RecordStorage {
  readonly marks: MarkStorage;
  readonly #place: Place;
  readonly #prefix: string;
  /** What is still to be done, by file; the newest wish for a file replaces those before. */
  readonly #queue = new Map<string, RecordChange>();
  #underWay: readonly RecordChange[] = [];
  #done: ((stored: boolean) => void)[] = [];
  #isWorking = false;
  #isClosed = false;
  #temporary: string | undefined;

  constructor(place: Place, marks: MarkStorage) {
    this.#place = place;
    this.#prefix = `${place.identity.slice(0, 32)}.`;
    this.marks = marks;
    this.#sweep();
  }

  list(kind: RecordKind): readonly string[] {
    return this.#names(`${kind}.`).flatMap((name) => this.#open(kind, name) ?? []);
  }

  read(kind: RecordKind, id: string): string | undefined {
    return this.#open(kind, this.#nameOf(kind, id));
  }

  store(changes: readonly RecordChange[], done: (stored: boolean) => void): void {
    this.#add(changes);
    this.#done.push(done);
    if (this.#isWorking || this.#isClosed) return;
    this.#isWorking = true;
    void this.#work().finally(() => {
      this.#isWorking = false;
    });
  }

  storeNow(changes: readonly RecordChange[]): void {
    // From here on a write that is under way must not rename its older text over what is written now.
    this.#isClosed = true;
    if (this.#temporary !== undefined) removeFile(this.#temporary);
    const newer = [...this.#queue.values()];
    this.#queue.clear();
    this.#add([...this.#underWay, ...newer, ...changes]);
    try {
      for (const { kind, id, text } of writesOf(this.#queue.values()))
        replaceNow(this.#pathOf(kind, id), seal(this.#place, kind, text));
      flushFolderNow(this.#place.folder);
      this.#remove(this.#queue.values());
    } catch (error) {
      this.#place.warn('What is served cannot be written to the records', error);
    }
    this.#queue.clear();
  }

  #add(changes: readonly RecordChange[]): void {
    for (const change of changes) {
      const name = this.#nameOf(change.kind, change.id);
      this.#queue.delete(name);
      this.#queue.set(name, change);
    }
  }

  async #work(): Promise<void> {
    while (this.#queue.size > 0 && !this.#isClosed) {
      this.#underWay = [...this.#queue.values()];
      this.#queue.clear();
      const done = this.#done;
      this.#done = [];
      let stored = true;
      try {
        await this.#carryOut(this.#underWay);
      } catch (error) {
        stored = false;
        if (!this.#isClosed) this.#place.warn('What is served cannot be written to the records', error);
      }
      this.#underWay = [];
      for (const tell of done) tell(stored);
    }
  }

  async #carryOut(changes: readonly RecordChange[]): Promise<void> {
    for (const { kind, id, text } of writesOf(changes)) {
      const path = this.#pathOf(kind, id);
      const temporary = temporaryName(path);
      this.#temporary = temporary;
      try {
        const file = await open(temporary, 'wx', 0o600);
        try {
          await file.writeFile(seal(this.#place, kind, text));
          await file.sync();
        } finally {
          await file.close();
        }
        if (!this.#isClosed) renameSync(temporary, path);
      } finally {
        this.#temporary = undefined;
        // After a rename there is nothing of this name.
        removeFile(temporary);
      }
      if (this.#isClosed) return;
    }
    const isAnyToRemove = changes.some(({ text }) => text === undefined);
    if (isAnyToRemove) await this.#flushFolder();
    if (!this.#isClosed) this.#remove(changes);
  }

  async #flushFolder(): Promise<void> {
    const folder = await open(this.#place.folder, 'r').catch(() => undefined);
    // Some systems open no folders; theirs flush renames in their order.
    await folder?.sync().catch(() => undefined);
    await folder?.close().catch(() => undefined);
  }

  #remove(changes: Iterable<RecordChange>): void {
    for (const { kind, id, text } of changes) if (text === undefined) removeFile(this.#pathOf(kind, id));
  }

  /** The text in a file, if it is as it was written. One that is not is taken away. */
  #open(kind: RecordKind, name: string): string | undefined {
    const path = join(this.#place.folder, name);
    try {
      const opened = unseal(this.#place, kind, readWhole(path));
      if (typeof opened === 'object') return opened.text;
      this.#place.warn(`A record (${kind}) is damaged or not ours and is not used`);
      if (opened === 'damaged') removeFile(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        this.#place.warn(`A record (${kind}) cannot be read`, error);
    }
    return undefined;
  }

  /** What processes left behind that ended while they wrote. Younger ones may be another process's work in progress. */
  #sweep(): void {
    const names = new Set(this.#names(''));
    for (const name of names) {
      const isHalf = name.includes('.ruleset.') && !names.has(name.replace('.ruleset.', '.proof.'));
      if (!name.endsWith('.tmp') && !isHalf) continue;
      const path = join(this.#place.folder, name);
      const stat = lstatSync(path, { throwIfNoEntry: false });
      if (stat !== undefined && Date.now() - stat.mtimeMs >= ABANDONED_MS) removeFile(path);
    }
  }

  #names(rest: string): readonly string[] {
    try {
      return readdirSync(this.#place.folder).filter(
        (name) => name.startsWith(this.#prefix + rest) && (rest === '' || !name.endsWith('.tmp')),
      );
    } catch {
      return [];
    }
  }

  /** Ids come from a server or from other text that is no file name. */
  #nameOf(kind: RecordKind, id: string): string {
    return kind === 'snapshot'
      ? `${this.#prefix}snapshot`
      : `${this.#prefix}${kind}.${digest(id).slice(0, 32)}`;
  }

  #pathOf(kind: RecordKind, id: string): string {
    return join(this.#place.folder, this.#nameOf(kind, id));
  }
}

function writesOf(changes: Iterable<RecordChange>): readonly (RecordChange & { readonly text: string })[] {
  return [...changes].flatMap((change) =>
    change.text === undefined ? [] : [{ ...change, text: change.text }],
  );
}
