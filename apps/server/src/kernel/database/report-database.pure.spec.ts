import { fakeClock } from '@guidon/testkit';
import { expect, it } from '@jest/globals';
import { SILENT_LOG } from '../log/log.js';
import { DatabaseState } from './database-state.js';
import { addressOf, reportDatabase } from './report-database.js';

function given() {
  const lines: [string, object, string][] = [];
  const to = (level: string) => (fields: object, message: string) =>
    void lines.push([level, fields, message]);
  const log = { ...SILENT_LOG, info: to('info'), error: to('error') };
  const clock = fakeClock();
  const state = new DatabaseState(clock, reportDatabase(log, 'postgres://ada:hunter2@db.acme.example/shop'));
  return { lines, state, clock };
}

const refused = Object.assign(new AggregateError([new Error('connect ECONNREFUSED 10.0.0.1:5432')]), {
  code: 'ECONNREFUSED',
});

it('tells an outage once, with host and port, without password and stack, and its end', () => {
  const { lines, state } = given();
  for (let attempt = 0; attempt < 5; attempt += 1) state.failed(refused);
  state.answered();
  state.answered();
  expect(lines).toEqual([
    [
      'error',
      { database: 'db.acme.example:5432', reason: 'connect ECONNREFUSED 10.0.0.1:5432' },
      expect.stringContaining('no flag is served until it can'),
    ],
    ['info', { database: 'db.acme.example:5432' }, 'the database can be reached again'],
  ]);
});

it('says that flags are still served only when some are', () => {
  const { lines, state } = given();
  state.askWhetherServing(() => true);
  state.answered();
  expect(lines).toEqual([]);
  state.failed(new Error('timeout'));
  expect(lines.map(([, , message]) => message)).toEqual([
    'the database cannot be reached; flags are still served from memory',
  ]);
  expect(state.consolation()).toBe('Flags are still served from memory.');
  expect(given().state.consolation()).toMatch(/^No flag has been loaded yet/);
});

it('takes no answer to an earlier question for a recovery', () => {
  const { lines, state, clock } = given();
  state.answered();
  const askedMs = state.elapsedMs();
  clock.advance(10);
  state.failed(refused);
  state.answered(askedMs);
  expect([state.isUp(), lines.length]).toEqual([false, 1]);
  clock.advance(10);
  state.answered(state.elapsedMs());
  expect([state.isUp(), lines.length]).toEqual([true, 2]);
});

it('is silent about what a shutdown breaks', () => {
  const { lines, state } = given();
  state.answered();
  state.close();
  state.failed(new Error('Cannot use a pool after calling end'));
  expect(lines).toEqual([]);
});

it('names host and port, whatever the address looks like', () => {
  expect(addressOf('postgres://u:p@127.0.0.1:6543/x')).toBe('127.0.0.1:6543');
  expect(addressOf('postgres:///x?host=/var/run/postgresql')).toBe('/var/run/postgresql:5432');
  expect(addressOf('u:p@nonsense')).not.toContain('p@');
});
