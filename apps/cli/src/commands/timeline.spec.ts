import type { TimelineEntry } from '@guidon/protocol';
import { describe, expect, it } from '@jest/globals';
import { createIo, json, type Sent, TODAY_MS } from '../../test/create-io.js';
import { runCli } from '../run-cli.js';
import { readAround } from './read-around.js';

const ENTRY: TimelineEntry = {
  at: '2026-11-23T11:57:00.000Z',
  kind: 'revision.publish',
  environments: ['production'],
  flags: ['new-checkout', 'search'],
  flagCount: 12,
  sentence: 'Revision c0ffeec0ffee went live in production.',
  changes: [
    {
      ...{ file: 'payments/new-checkout.yaml', flag: 'new-checkout' },
      ...{ environment: 'production', words: 'serve: off → on' },
    },
    { file: 'guidon.yaml', words: 'limits.jumpPoints: 10 → 20' },
  ],
  changeCount: 9,
  touchesServed: true,
  actor: 'system:sync',
  reason: 'Turn it on \u001b[31m',
  commit: 'c0ffee',
  link: '/api/v1/revisions/c0ffee',
};
const WINDOW = { around: '2026-11-23T12:00:00.000Z', since: '2026-11-23T11:00:00.000Z', source: 'log' };
const queries = (sent: readonly Sent[]) => sent.map(({ url }) => decodeURIComponent(url.split('?')[1] ?? ''));

describe('guidon timeline', () => {
  it('says how long before, what, from what to what, who and why', async () => {
    const quiet = { ...ENTRY, kind: 'revision.reject', touchesServed: false, changes: [], changeCount: 0 };
    const io = createIo(['timeline'], { serve: () => json({ ...WINDOW, entries: [ENTRY, quiet] }) });
    expect(await runCli(io)).toBe(0);
    expect(queries(io.sent)).toEqual(['within=1h&limit=20']);
    const { out } = io.written;
    expect(out).toMatch(/^\* 3 min ago +revision\.publish {2}production {2}2026-11-23T11:57:00\.000Z$/m);
    expect(out).toMatch(/^ {2}3 min ago +revision\.reject/m);
    for (const line of [
      'Revision c0ffeec0ffee went live in production.',
      'flags: new-checkout, search and 10 more',
      'new-checkout in production: serve: off → on',
      'guidon.yaml: limits.jumpPoints: 10 → 20',
      'and 7 more changes',
      'by system:sync: Turn it on \\u001b[31m',
      'GET /api/v1/revisions/c0ffee',
      '* changed what applications are served',
    ])
      expect(out).toContain(`${line}\n`);
  });

  it('asks for a moment, an environment and a flag, and goes on where the server stopped looking', async () => {
    const around = '2026-11-23T11:50:00.000Z';
    const serve = ({ url }: Sent) =>
      json({
        ...WINDOW,
        around,
        ...(url.includes('after=') ? { entries: [ENTRY] } : { entries: [], next: '1-2' }),
      });
    const args = [
      '--around',
      '10 min ago',
      '--within',
      '7d',
      '--env',
      'production',
      '--flag',
      'search',
      '--json',
    ];
    const io = createIo(['timeline', ...args], { serve });
    expect(await runCli(io)).toBe(0);
    const same = `around=${around}&within=7d&limit=20&environment=production&flag=search`;
    expect(queries(io.sent)).toEqual([same, `${same}&after=1-2`]);
    expect(JSON.parse(io.written.out)).toEqual({ ...WINDOW, around, entries: [ENTRY] });
  });

  it('says that this is all that a server remembers while the database is away', async () => {
    const serving = [{ environment: 'production', generation: 47, revision: 'c0ffee'.repeat(7) }];
    const io = createIo(['timeline'], {
      serve: () => json({ ...WINDOW, source: 'memory', entries: [], serving }),
    });
    expect(await runCli(io)).toBe(0);
    expect(io.written.out).toContain('The database is away');
    expect(io.written.out).toContain('production serves c0ffeec0ffee (generation 47)');
  });

  it('refuses a moment that it does not understand', async () => {
    const io = createIo(['timeline', '--around', 'yesterday']);
    expect(await runCli(io)).toBe(2);
    expect(io.written.err).toContain('--around wants a time such as 02:17');
    expect(io.sent).toEqual([]);
  });
});

describe('a moment', () => {
  const local = (text: string) => new Date(text).getTime();
  const nowMs = local('2026-11-23T12:00:30');

  it('may be a time of the day on this machine, to the end of its minute, the last one that there was', () => {
    expect(readAround('02:17', nowMs)).toBe(local('2026-11-23T02:17:59.999'));
    expect(readAround('2:17:05', nowMs)).toBe(local('2026-11-23T02:17:05.999'));
    expect(readAround('23:59', nowMs)).toBe(local('2026-11-22T23:59:59.999'));
    expect(readAround('12:00', nowMs)).toBe(nowMs);
  });

  it.each([
    ['10m', 600_000],
    ['10 min ago', 600_000],
    ['2 hours ago', 7_200_000],
    ['90s', 90_000],
    ['1 day', 86_400_000],
  ])('may be how long ago: %s', (text, lengthMs) => {
    expect(readAround(text, TODAY_MS)).toBe(TODAY_MS - lengthMs);
  });

  it('may be an instant with its offset, and nothing less', () => {
    expect(readAround('2027-01-31T02:17:00+01:00', TODAY_MS)).toBe(Date.parse('2027-01-31T01:17:00Z'));
    for (const text of ['2027-01-31T02:17:00', '25:00', '10', 'ago', '-5m'])
      expect(() => readAround(text, TODAY_MS)).toThrow('--around wants');
  });
});
