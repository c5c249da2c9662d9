import { resolve } from '@guidon/engine/resolve';
import { aFlag, aSnapshot, serving } from '@guidon/testkit';
import { describe, expect, it } from '@jest/globals';
import { SILENT_LOG } from '../kernel/log/log.js';
import { flagDocument, flagDocuments } from './flag-document.js';
import { LiveState } from './live-state.js';

function given(): LiveState {
  const live = new LiveState(SILENT_LOG);
  const snapshot = aSnapshot([
    aFlag({ key: 'checkout', tags: ['pay'] }),
    aFlag({ key: 'constructor', environments: new Map([['production', serving('on')]]) }),
  ]);
  const files = new Map(snapshot.files).set('checkout.yaml', {
    path: 'checkout.yaml',
    blob: 'b',
    frozen: true,
  });
  const environments = ['development', 'production'].map((environment) => {
    const ruleset = resolve(snapshot, [], environment, 'c1');
    const stable = live.prepare(ruleset, { generation: 1, hash: 'h', snapshot });
    return { environment, stable, steps: [] };
  });
  live.swap({
    lineage: 'L',
    snapshot: { ...snapshot, files },
    environments,
    newestHashes: new Map(),
    forgotten: [],
  });
  live.applyKills({ kills: [{ id: '01A', targets: new Map([['production', ['checkout']]]) }], revived: [] });
  return live;
}

describe('flagDocuments', () => {
  it('lists every flag by key with what each environment serves and which kills hold it', () => {
    const documents = flagDocuments(given());
    expect(documents.map((it) => it.key)).toEqual(['checkout', 'constructor']);
    expect(documents[0]).toMatchObject({
      owner: 'payments',
      tags: ['pay'],
      frozen: true,
      environments: [
        { environment: 'development', serves: 'on', killed: false, kills: [] },
        { environment: 'production', serves: 'off', killed: true, kills: ['01A'] },
      ],
    });
    expect(documents[1]?.environments.map((it) => it.serves)).toEqual(['off', 'on']);
  });

  it('knows no flag by an inherited name, and none before anything was loaded', () => {
    expect(flagDocument(given(), 'toString')).toBeUndefined();
    expect(flagDocuments(new LiveState(SILENT_LOG))).toEqual([]);
  });
});
