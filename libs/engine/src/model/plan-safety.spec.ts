import { describe, expect, it } from '@jest/globals';
import type { CeilingGuard, Plan, PrometheusGuard, RatioGuard } from './plan.js';
import { NO_PLAN } from './plan.js';
import { whyNotSafer } from './plan-safety.js';

const errors: RatioGuard = {
  ...{
    id: 'errors',
    type: 'ratio',
    outcome: 'http.error',
    nullRatio: 1.25,
    minErrors: 5,
    onAlarm: 'rollback',
  },
};
const top: CeilingGuard = {
  ...{
    id: 'top',
    type: 'ceiling',
    outcome: 'http.error',
    above: 5,
    windowMs: 120_000,
    minCalls: 200,
    onAlarm: 'pause',
  },
};
const orders: PrometheusGuard = {
  ...{
    id: 'orders',
    type: 'prometheus',
    query: 'rate(orders[5m])',
    below: 3,
    forMs: 60_000,
    onError: 'rollback',
    onAlarm: 'pause',
  },
};
const PLAN: Plan = {
  ...NO_PLAN,
  stages: [
    { id: 'canary', parts: 1000, holdMs: 1000, prove: { guard: 'errors', ratioBelow: 3, withinMs: 1000 } },
    { id: 'half', parts: 50_000, holdMs: 1000, approval: 'releases' },
    { id: 'full', parts: 100_000, holdMs: 1000 },
  ],
  guards: [errors, top, orders],
  holdoutParts: 1000,
  noData: { afterMs: 600_000, action: 'rollback' },
  windows: ['Mon-Thu 09:00-16:00'],
  deadlineMs: 1000,
};
const [canary, half, full] = PLAN.stages as [Plan['stages'][0], Plan['stages'][0], Plan['stages'][0]];
const staged = (...stages: Plan['stages']): Plan => ({ ...PLAN, stages });
const guarded = (...guards: Plan['guards']): Plan => ({ ...PLAN, guards });

describe('whyNotSafer', () => {
  const safer: readonly (readonly [string, Plan])[] = [
    ['nothing', PLAN],
    ['a lower percent', staged({ ...canary, parts: 500 }, { ...half, parts: 20_000 }, full)],
    ['a longer hold', staged({ ...canary, holdMs: 2000 }, half, full)],
    ['one more approval', staged(canary, half, { ...full, approval: 'releases' })],
    ['one more proof', staged(canary, { ...half, prove: canary.prove! }, full)],
    [
      'a stronger proof',
      staged({ ...canary, prove: { ...canary.prove!, ratioBelow: 2, withinMs: 500 } }, half, full),
    ],
    ['one more guard', guarded(...PLAN.guards, { ...top, id: 'other' })],
    [
      'guards that alarm earlier',
      guarded(
        { ...errors, nullRatio: 1, minErrors: 3 },
        { ...top, above: 2, minCalls: 100 },
        { ...orders, below: 4, forMs: 0 },
      ),
    ],
    ['a guard that rolls back where it paused', guarded(errors, { ...top, onAlarm: 'rollback' }, orders)],
    ['more held out', { ...PLAN, holdoutParts: 2000 }],
    ['a larger alpha', { ...PLAN, alpha: 0.1 }],
    ['less silence', { ...PLAN, noData: { afterMs: 300_000, action: 'rollback' } }],
    ['narrower windows', { ...PLAN, windows: ['Tue 10:00-12:00', 'Wed 09:00-16:00'] }],
    ['an earlier deadline', { ...PLAN, deadlineMs: 500 }],
  ];
  it.each(safer)('lets %s pass', (_, after) => {
    expect(whyNotSafer(PLAN, after)).toEqual([]);
  });

  const worse: readonly (readonly [string, Plan])[] = [
    ['stages come, go or change places', staged(canary, full)],
    [
      'stages come, go or change places',
      staged(canary, { ...canary, id: 'tenth', parts: 10_000 }, half, full),
    ],
    ['stage canary takes more percent', staged({ ...canary, parts: 2000 }, half, full)],
    [
      'stage canary has another audience',
      staged({ ...canary, audience: { op: 'segment', any: ['staff'] } }, half, full),
    ],
    ['stage half has a shorter hold', staged(canary, { ...half, holdMs: 999 }, full)],
    [
      'stage half no longer needs the approval of releases',
      staged(canary, { id: 'half', parts: 50_000, holdMs: 1000 }, full),
    ],
    [
      'stage half no longer needs the approval of releases',
      staged(canary, { ...half, approval: 'payments' }, full),
    ],
    [
      'stage canary no longer needs its proof',
      staged({ id: 'canary', parts: 1000, holdMs: 1000 }, half, full),
    ],
    [
      'stage canary needs a weaker proof',
      staged({ ...canary, prove: { ...canary.prove!, ratioBelow: 5 } }, half, full),
    ],
    [
      'stage canary waits longer for its proof',
      staged({ ...canary, prove: { ...canary.prove!, withinMs: 2000 } }, half, full),
    ],
    ['guard errors goes', guarded(top, orders)],
    ['guard errors watches something else', guarded({ ...errors, outcome: 'other' }, top, orders)],
    [
      'guard errors watches something else',
      guarded(
        { id: 'errors', type: 'latency', outcome: 'http.error', nullRatio: 1, onAlarm: 'rollback' },
        top,
        orders,
      ),
    ],
    ['guard errors gives its alarm later', guarded({ ...errors, nullRatio: 2 }, top, orders)],
    ['guard errors gives its alarm later', guarded({ ...errors, minErrors: 6 }, top, orders)],
    ['guard errors pauses where it rolled back', guarded({ ...errors, onAlarm: 'pause' }, top, orders)],
    ['guard top gives its alarm later', guarded(errors, { ...top, above: 6 }, orders)],
    ['guard top watches something else', guarded(errors, { ...top, windowMs: 1 }, orders)],
    ['guard orders gives its alarm later', guarded(errors, top, { ...orders, below: 2 })],
    ['guard orders gives its alarm later', guarded(errors, top, { ...orders, forMs: 61_000 })],
    ['guard orders pauses where it rolled back', guarded(errors, top, { ...orders, onError: 'pause' })],
    ['alpha is smaller, so alarms come later', { ...PLAN, alpha: 0.01 }],
    ['fewer are held out', { ...PLAN, holdoutParts: 0 }],
    ['silence is tolerated longer', { ...PLAN, noData: { afterMs: 600_001, action: 'rollback' } }],
    ['silence pauses where it rolled back', { ...PLAN, noData: { afterMs: 1, action: 'pause' } }],
    ['it may grow at more times', { ...PLAN, windows: [] }],
    ['it may grow at more times', { ...PLAN, windows: ['Mon-Fri 09:00-16:00'] }],
    ['the deadline is later', { ...PLAN, deadlineMs: 1001 }],
  ];
  it.each(worse)('tells that %s', (why, after) => {
    expect(whyNotSafer(PLAN, after)).toEqual([why]);
  });

  it('tells every reason at once, also of what is left out whole', () => {
    const { noData: _noData, deadlineMs: _deadlineMs, ...rest } = PLAN;
    expect(whyNotSafer(PLAN, { ...rest, guards: [] })).toEqual([
      'guard errors goes',
      'guard top goes',
      'guard orders goes',
      'silence is tolerated longer',
      'the deadline is later',
    ]);
  });
});
