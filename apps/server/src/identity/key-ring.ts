import { type KeyKind, type KeyRole, parseKey } from '@guidon/protocol';
import type { Caller } from './caller.js';
import { SecretCheck } from './key-secret.js';

/** A key as the server knows it: never its secret. */
export interface KnownKey {
  readonly id: string;
  readonly kind: KeyKind;
  readonly secretHash: Buffer;
  readonly owner: string;
  /** Absent on a server or web key: the project's first environment. */
  readonly environment?: string;
  readonly breakGlass: boolean;
  /** From the configuration: only that can end it. */
  readonly configured?: true;
  /** Of an admin key: a role that it gives by itself, or `access`: what guidon.yaml gives its owner. */
  readonly role?: KeyRole;
  /** Groups of the identity provider, when the key was made by signing in. */
  readonly groups?: readonly string[];
  /** Of a web key: from which pages it may be used, as browsers send their origins. */
  readonly origins?: readonly string[];
  /** Who made it, where a person did. */
  readonly createdBy?: string;
  /** Every person through whose hands it went before it reached its owner. */
  readonly makers?: readonly string[];
}

interface Entry {
  readonly key: KnownKey;
  readonly caller: Caller;
  readonly secret: SecretCheck;
  used: boolean;
}

/**
 * All keys by public id, in memory, so that callers are known with the database down. Replaced as a whole; a look-up
 * sees the old ring or the new one, never a mixture.
 */
export class KeyRing {
  private entries: ReadonlyMap<string, Entry> = new Map();
  private keys: readonly KnownKey[] = [];
  private origins: ReadonlySet<string> = new Set();
  private firstEnvironment: string | undefined;

  replace(keys: readonly KnownKey[]): void {
    this.keys = keys;
    const entryOf = (key: KnownKey): Entry => {
      const secret = new SecretCheck(key.secretHash);
      return { key, caller: this.callerOf(key), secret, used: this.entries.get(key.id)?.used ?? false };
    };
    this.entries = new Map(keys.map((key) => [key.id, entryOf(key)]));
    this.origins = new Set(keys.flatMap(({ origins = [] }) => origins));
  }

  /** The first environment is known once the project is; from then on keys without one are bound to it for good. */
  bindTo(environment: string): void {
    if (this.firstEnvironment !== undefined) return;
    this.firstEnvironment = environment;
    this.replace(this.keys);
  }

  /** Who holds this key, or `undefined`. The secret is compared in constant time. */
  identify(text: string): Caller | undefined {
    const parsed = parseKey(text);
    if (parsed === undefined) return undefined;
    const entry = this.entries.get(parsed.id);
    if (entry === undefined || entry.key.kind !== parsed.kind) return undefined;
    if (!entry.secret.fits(parsed.secret)) return undefined;
    entry.used = true;
    return entry.caller;
  }

  has(id: string): boolean {
    return this.entries.has(id);
  }

  /** Whether some key that works lists this origin. */
  listsOrigin(origin: string): boolean {
    return this.origins.has(origin);
  }

  /** Public ids of the keys that somebody came with since the last call. */
  takeUses(): string[] {
    const used = [...this.entries.values()].filter((entry) => entry.used);
    for (const entry of used) entry.used = false;
    return used.map(({ key }) => key.id);
  }

  /** Keys bound to an environment that is none of these: they are known, and nothing is served to them. */
  strays(environments: readonly string[]): { id: string; kind: KeyKind; environment: string }[] {
    return [...this.entries.values()].flatMap(({ caller: { keyId: id, kind, environment } }) =>
      environment === undefined || environments.includes(environment) ? [] : [{ id, kind, environment }],
    );
  }

  /** Made once per key and frozen, so that a request allocates nothing for it. */
  private callerOf(key: KnownKey): Caller {
    const environment = key.kind === 'admin' ? undefined : (key.environment ?? this.firstEnvironment);
    return Object.freeze({
      keyId: key.id,
      kind: key.kind,
      owner: key.owner,
      breakGlass: key.breakGlass,
      ...(key.role === undefined ? {} : { role: key.role }),
      ...(key.groups === undefined ? {} : { groups: key.groups }),
      ...(key.origins === undefined ? {} : { origins: key.origins }),
      ...(key.createdBy === undefined ? {} : { createdBy: key.createdBy }),
      ...(key.makers === undefined ? {} : { makers: key.makers }),
      ...(environment === undefined ? {} : { environment }),
    });
  }
}
