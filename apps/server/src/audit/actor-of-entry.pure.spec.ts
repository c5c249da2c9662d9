import { expect, it } from '@jest/globals';
import { actorOfEntry } from './actor-of-entry.js';

it.each([
  ['key:abc/Ada@acme.example', { kind: 'key', key: 'abc', owner: 'ada@acme.example' }],
  ['key:abc/checkout / team', { kind: 'key', key: 'abc', owner: 'checkout / team' }],
  [
    'key:abc/ada@acme.example (break-glass)',
    { kind: 'key', key: 'abc', owner: 'ada@acme.example', breakGlass: true },
  ],
  ['key:abc/break-glass', { kind: 'key', key: 'abc', owner: 'break-glass', breakGlass: true }],
  ['person:Rita@acme.example', { kind: 'person', owner: 'rita@acme.example' }],
  ['system:kill-expiry', { kind: 'system', worker: 'kill-expiry' }],
])('takes %s apart', (actor, parts) => {
  expect(actorOfEntry(actor)).toEqual(parts);
});
