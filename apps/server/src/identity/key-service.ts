import { KEY_KINDS, type KeyKind, type ParsedKey } from '@guidon/protocol';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { CLOCK, type Clock, type Timer } from '../kernel/clock/index.js';
import { CONFIG, type Config } from '../kernel/config/index.js';
import { TRANSACTIONS, type Transactions } from '../kernel/database/index.js';
import { LOG, type Log } from '../kernel/log/index.js';
import { assembleRing, configuredKeys, kindsToMake, madeKey } from './assemble-ring.js';
import type { Caller } from './caller.js';
import { type KeysByKind, readKeyFile, writeKeyFile } from './key-file.js';
import { KeyRing, type KnownKey } from './key-ring.js';
import { formatKey, makeKey } from './key-secret.js';
import { fetchKeys, type StoredKey } from './stored-keys.js';

/** A revoked key stops working everywhere within this time. */
const REFRESH_MS = 1000;

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
  private timer: Timer | undefined;
  private refreshing = false;
  private environments: () => readonly string[] = () => [];
  private toldStrays = '[]';

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(TRANSACTIONS) private readonly transactions: Transactions,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** Takes the keys of configuration and key file, then keeps up with the database. */
  async start(): Promise<void> {
    this.useFile(readKeyFile(this.config.dataDir));
    await this.refresh();
    this.timer = this.clock.every(REFRESH_MS, () => void this.refresh());
  }

  onModuleDestroy(): void {
    this.timer?.cancel();
  }

  identify(text: string): Caller | undefined {
    return this.ring.identify(text);
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

  async refresh(): Promise<void> {
    if (this.refreshing) return;
    this.refreshing = true;
    try {
      this.stored = await this.transactions.run(fetchKeys);
      this.rebuild();
      this.tellStrays();
    } catch (error) {
      this.log.debug({ err: error }, 'keys were not re-read; the known ones stay');
    } finally {
      this.refreshing = false;
    }
  }

  /** The keys of an earlier first start. Those of configuration outweigh them. */
  private useFile(file: KeysByKind): void {
    const { keys } = this.config;
    this.file = file;
    const made = KEY_KINDS.flatMap((kind) => {
      const key = keys[kind] === undefined ? file[kind] : undefined;
      return key === undefined ? [] : [madeKey(key, keys.environment)];
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
    const keys = assembleRing(this.local, this.stored);
    const shape = JSON.stringify(keys.map((key) => [key.id, key.environment, key.owner]));
    if (shape === this.shape) return;
    this.shape = shape;
    this.ring.replace(keys);
  }
}

function onlyKeys({ admin, server, web }: Config['keys']): KeysByKind {
  return {
    ...(admin === undefined ? {} : { admin }),
    ...(server === undefined ? {} : { server }),
    ...(web === undefined ? {} : { web }),
  };
}
