import { KEY_KINDS, type KeyKind, type ParsedKey } from '@guidon/protocol';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CLOCK, type Clock, type Timer } from '../kernel/clock/index.js';
import { CONFIG, type Config } from '../kernel/config/index.js';
import {
  CHANGE_SIGNAL,
  type ChangeSignal,
  TRANSACTIONS,
  type Transactions,
} from '../kernel/database/index.js';
import { LOG, type Log } from '../kernel/log/index.js';
import { assembleRing, configuredKeys, kindsToMake, madeKey } from './assemble-ring.js';
import type { Caller } from './caller.js';
import { type KeysByKind, readKeyFile, writeKeyFile } from './key-file.js';
import { KeyRing, type KnownKey } from './key-ring.js';
import { formatKey, makeKey } from './key-secret.js';
import { fetchKeys, type StoredKey, writeUses } from './stored-keys.js';

/** The change signal wakes at once; should it be lost, a revoked key stops working within this time all the same. */
const REFRESH_MS = 1000;
/** When a key was used last is known to this. */
const USES_MS = 60_000;
/** What the change signal says when keys have changed. */
const KEYS_CHANGED = ':keys';

const STRAYS =
  'keys are bound to environments that the project does not have, so nothing is served to them: mend GUIDON_KEY_ENVIRONMENT, or make other keys';

/** Knows every key from memory and re-reads the database once a second; with the database away it goes on with what it has. */
@Injectable()
export class KeyService implements OnModuleDestroy {
  private readonly ring = new KeyRing();
  private file: KeysByKind = {};
  private local: readonly KnownKey[] = [];
  private stored: readonly StoredKey[] = [];
  private shape = '';
  private known: readonly string[] = [];
  private timers: Timer[] = [];
  private stop: (() => void) | undefined;
  private refreshing: Promise<void> | undefined;
  private readonly goneListeners = new Set<(keyId: string) => void>();
  private environments: () => readonly string[] = () => [];
  private toldStrays = '[]';

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(TRANSACTIONS) private readonly transactions: Transactions,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOG) private readonly log: Log,
    @Inject(CHANGE_SIGNAL) private readonly signal: ChangeSignal,
  ) {}

  /** Takes the keys of configuration and key file, then keeps up with the database. */
  async start(): Promise<void> {
    this.useFile(readKeyFile(this.config.dataDir));
    await this.refresh();
    this.timers = [
      this.clock.every(REFRESH_MS, () => void this.refresh()),
      this.clock.every(USES_MS, () => void this.rememberUses()),
    ];
    this.stop = this.signal.subscribe((name) => {
      if (name === undefined || name === KEYS_CHANGED) void this.refresh();
    });
  }

  onModuleDestroy(): void {
    for (const timer of this.timers) timer.cancel();
    this.stop?.();
  }

  /** Inside the transaction that changes keys: every replica looks again as soon as it is committed. */
  announce(manager: EntityManager): Promise<void> {
    return this.signal.notify(manager, KEYS_CHANGED);
  }

  /** Calls back with the public id of each key that works no more: its streams must end. */
  onGone(listener: (keyId: string) => void): void {
    this.goneListeners.add(listener);
  }

  identify(text: string): Caller | undefined {
    return this.ring.identify(text);
  }

  listsOrigin(origin: string): boolean {
    return this.ring.listsOrigin(origin);
  }

  /** Keys that name no environment belong to the project's first, once that is known. */
  bindTo(environment: string): void {
    this.ring.bindTo(environment);
  }

  /** From now on the log tells of keys whose environment the project does not have, or has no longer. */
  followProject(environments: () => readonly string[]): void {
    this.environments = environments;
    this.tellStrays();
  }

  /** Makes a key of each kind for which nobody has one that works. Gives back the keys that belong in the database. */
  makeMissing(stored: readonly StoredKey[]): KnownKey[] {
    const kinds = kindsToMake(this.config.keys, this.file, stored);
    if (kinds.length > 0) {
      const made = Object.fromEntries(kinds.map((kind) => [kind, makeKey(kind)]));
      writeKeyFile(this.config.dataDir, { ...this.file, ...made });
      this.useFile({ ...this.file, ...made });
    }
    return this.local.filter((key) => this.file[key.kind]?.id === key.id);
  }

  /** Key texts that this server may show to whoever started it. */
  printable(): { readonly [Kind in KeyKind]?: string } {
    const plain = { ...this.file, ...onlyKeys(this.config.keys) };
    const known = Object.entries(plain).filter(
      (entry): entry is [KeyKind, ParsedKey] => entry[1] !== undefined,
    );
    return Object.fromEntries(known.map(([kind, key]) => [kind, formatKey(key)]));
  }

  /** Callers that come while one look is under way wait for another one, which begins after they came. */
  async refresh(): Promise<void> {
    await this.refreshing;
    this.refreshing ??= this.look().finally(() => {
      this.refreshing = undefined;
    });
    await this.refreshing;
  }

  private async look(): Promise<void> {
    try {
      this.stored = await this.transactions.run(fetchKeys);
      this.rebuild();
      this.tellStrays();
    } catch (error) {
      this.log.debug({ err: error }, 'keys were not re-read; the known ones stay');
      // Time goes on without the database: what has expired is out.
      this.rebuild();
    }
  }

  private async rememberUses(): Promise<void> {
    const ids = this.ring.takeUses();
    if (ids.length === 0) return;
    try {
      const at = new Date(this.clock.nowMs());
      await this.transactions.run((manager) => writeUses(manager, ids, at));
    } catch (error) {
      this.log.debug({ err: error }, 'the last uses of keys were not written');
    }
  }

  /** The keys of an earlier first start. Those of configuration outweigh them. */
  private useFile(file: KeysByKind): void {
    const { keys } = this.config;
    this.file = file;
    const made = KEY_KINDS.flatMap((kind) => {
      const key = keys[kind] === undefined ? file[kind] : undefined;
      return key === undefined ? [] : [madeKey(key, keys.environment, keys.webOrigins)];
    });
    this.local = [...made, ...configuredKeys(keys)];
    this.rebuild();
  }

  /** Said when it changes, not every second. Before the first project is loaded nobody knows. */
  private tellStrays(): void {
    const environments = this.environments();
    const keys = environments.length === 0 ? [] : this.ring.strays(environments);
    const told = JSON.stringify(keys);
    if (told === this.toldStrays) return;
    this.toldStrays = told;
    if (keys.length > 0) this.log.warn({ keys, environments }, STRAYS);
  }

  /** Leaves the ring alone when nothing changed, so that a caller stays the same object. */
  private rebuild(): void {
    const keys = assembleRing(this.local, this.stored, this.clock.nowMs());
    const shape = JSON.stringify(keys.map((key) => [key.id, key.environment, key.owner, key.origins]));
    if (shape === this.shape) return;
    const before = this.known;
    this.shape = shape;
    this.known = keys.map(({ id }) => id);
    this.ring.replace(keys);
    const gone = before.filter((id) => !this.ring.has(id));
    for (const id of gone) for (const listener of this.goneListeners) listener(id);
  }
}

function onlyKeys({ admin, server, web }: Config['keys']): KeysByKind {
  return {
    ...(admin === undefined ? {} : { admin }),
    ...(server === undefined ? {} : { server }),
    ...(web === undefined ? {} : { web }),
  };
}
