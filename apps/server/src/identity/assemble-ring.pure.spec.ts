import { describe, expect, it } from '@jest/globals';
import { assembleRing, configuredKeys, kindsToMake, madeKey } from './assemble-ring.js';
import { KeyRing } from './key-ring.js';
import { formatKey, makeKey } from './key-secret.js';

const admin = makeKey('admin');
const server = makeKey('server');
const stored = { ...madeKey(server, undefined), revoked: false };

describe('given the keys of a start', () => {
  it('makes a kind only when nobody has a key of it that works', () => {
    expect(kindsToMake({}, {}, [])).toEqual(['admin', 'server', 'web']);
    expect(kindsToMake({ admin }, { web: makeKey('web') }, [stored])).toEqual([]);
    expect(kindsToMake({ admin }, {}, [{ ...stored, revoked: true }])).toEqual(['server', 'web']);
  });

  it('lets a revocation outweigh a key that lies in a file, but not one that is configured as break-glass', () => {
    const made = madeKey(admin, undefined);
    expect(assembleRing([made], [{ ...made, revoked: true }], 0)).toEqual([]);
    const configured = configuredKeys({ admin });
    expect(assembleRing(configured, [{ ...made, revoked: true }], 0)).toEqual(configured);
  });
});

it('drops a key of the database when its time is over', () => {
  const expiring = { ...stored, expiresAtMs: 1000 };
  expect(assembleRing([], [expiring], 999)).toEqual([expiring]);
  expect(assembleRing([], [expiring], 1000)).toEqual([]);
});

describe('given a ring', () => {
  it('tells once who came since it was last asked, also over a replacement', () => {
    const ring = new KeyRing();
    ring.replace([madeKey(server, undefined), madeKey(admin, undefined)]);
    ring.identify(formatKey(server));
    ring.replace([madeKey(server, 'production'), madeKey(admin, undefined)]);
    expect(ring.takeUses()).toEqual([server.id]);
    expect(ring.takeUses()).toEqual([]);
  });

  it('gives a server key the first environment it hears of, and keeps it', () => {
    const ring = new KeyRing();
    ring.replace([madeKey(server, undefined), madeKey(admin, undefined)]);
    expect(ring.identify(formatKey(server))).not.toHaveProperty('environment');
    ring.bindTo('development');
    ring.bindTo('production');
    expect(ring.identify(formatKey(server))).toMatchObject({ environment: 'development' });
    expect(ring.identify(formatKey(admin))).not.toHaveProperty('environment');
  });

  it('names the keys whose environment the project does not have', () => {
    const ring = new KeyRing();
    ring.replace([
      madeKey(server, 'producton'),
      madeKey(admin, undefined),
      madeKey(makeKey('web'), 'staging'),
    ]);
    expect(ring.strays(['staging', 'production'])).toEqual([
      { id: server.id, kind: 'server', environment: 'producton' },
    ]);
  });

  it('knows nobody by id alone', () => {
    const ring = new KeyRing();
    ring.replace([madeKey(server, 'production')]);
    expect(ring.identify(formatKey({ ...makeKey('server'), id: server.id }))).toBeUndefined();
    expect(ring.identify(formatKey({ ...server, kind: 'admin' }))).toBeUndefined();
    expect(ring.identify('')).toBeUndefined();
  });
});
