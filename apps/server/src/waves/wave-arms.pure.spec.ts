import { isInWave, lowestOf } from '@guidon/policy/waves';
import { expect, it } from '@jest/globals';
import type { SdkInstance } from '../usage/index.js';
import { aWave } from './create-waves.js';
import { armsOf } from './wave-arms.js';
import { WaveMemory } from './wave-memory.js';

const START_MS = 1_000_000;
const STAGE_MS = START_MS + 60_000;
const wave = aWave({ startedAtMs: START_MS, stage: 1, stageSinceMs: STAGE_MS });
const { candidate: fresh, stable } = wave;

/** The first name that is in the wave at `inAt` percent and not at `outAt`. */
function nameIn(inAt: number, outAt: number): string {
  const names = Array.from({ length: 10_000 }, (_, index) => `pod-${index}`);
  return names.find((id) => isInWave(id, wave.waveId, inAt) && !isInWave(id, wave.waveId, outAt)) as string;
}
const FIRST = nameIn(1, 0);
const SECOND = nameIn(10, 1);
const OUTSIDE = nameIn(100, 10);

function anInstance(instance: string, changes: Partial<SdkInstance> = {}): SdkInstance {
  return {
    instance,
    boot: 'b1',
    sdk: { name: 'n', version: '1' },
    firstSeenMs: 0,
    lastSeenMs: STAGE_MS + 10_000,
    applied: { lineage: 'lin0', ...stable },
    closed: false,
    ...changes,
  };
}

function arms(instances: readonly SdkInstance[], holders: readonly string[] = [], changes = {}) {
  const silent = holders.map((instance) => ({ instance, sinceMs: 0 }));
  const memory = new WaveMemory();
  memory.see(wave);
  const { candidate, control, admit, isFleetKnown } = armsOf(
    { ...wave, ...changes },
    { instances, silent, nowMs: STAGE_MS + 10_000 },
    memory,
  );
  return { candidate, admit, isFleetKnown, control: control.map(({ instanceId }) => instanceId) };
}

it('tells members from the others, and each when it was told', () => {
  const applied = { lineage: 'lin0', ...fresh };
  const { candidate, control } = arms([
    anInstance(FIRST, { applied }),
    anInstance(SECOND),
    anInstance(OUTSIDE),
  ]);
  expect(candidate).toMatchObject([
    { instanceId: FIRST, applied: 'ok', toldMs: START_MS },
    { instanceId: SECOND, applied: 'pending', toldMs: STAGE_MS },
  ]);
  expect(control).toEqual([OUTSIDE]);
});

it('counts the time of a newcomer from its birth', () => {
  const firstSeenMs = STAGE_MS + 5000;
  expect(arms([anInstance(FIRST, { firstSeenMs })]).candidate).toMatchObject([{ toldMs: firstSeenMs }]);
});

it('leaves out who said goodbye or was silent before the wave began', () => {
  const { candidate, control } = arms([
    anInstance(FIRST, { closed: true }),
    anInstance(SECOND, { lastSeenMs: START_MS - 30_001 }),
    anInstance(OUTSIDE, { closed: true }),
  ]);
  expect([candidate, control]).toEqual([[], []]);
});

it('keeps who was served the candidate in the wave', () => {
  const applied = { lineage: 'lin0', ...fresh };
  const adopted = arms([anInstance(OUTSIDE, { applied })]);
  expect(adopted.candidate).toMatchObject([{ instanceId: OUTSIDE, applied: 'ok', toldMs: START_MS }]);
});

it('names the lowest to let in where nobody is in the wave, and waits for it once it is', () => {
  const others = Array.from({ length: 500 }, (_, index) => `pod-${index}`)
    .filter((id) => !isInWave(id, wave.waveId, 10))
    .map((id) => anInstance(id));
  const lowest = lowestOf(
    others.map(({ instance }) => instance),
    wave.waveId,
  );
  expect(arms(others)).toMatchObject({ candidate: [], admit: lowest });
  const after = arms(others, [], { admitted: lowest });
  expect(after).toMatchObject({ candidate: [{ instanceId: lowest, applied: 'pending' }], admit: undefined });
  // It said goodbye: another one is needed.
  const gone = others.map((one) => (one.instance === lowest ? { ...one, closed: true } : one));
  const next = arms(gone, [], { admitted: lowest }).admit;
  expect(next).toBeDefined();
  expect(next).not.toBe(lowest);
  expect(arms([...others, anInstance(FIRST)]).admit).toBeUndefined();
  expect(arms([]).admit).toBeUndefined();
});

it('takes who is served and never reports for a silent member, if it is one', () => {
  expect(arms([], [FIRST, OUTSIDE]).candidate).toMatchObject([{ instanceId: FIRST, applied: 'pending' }]);
  expect(arms([], [FIRST]).candidate[0]).not.toHaveProperty('lastReportMs');
  expect([arms([], [FIRST]).isFleetKnown, arms([], [OUTSIDE]).isFleetKnown]).toEqual([true, true]);
  // Who has reported meanwhile is no silent one; who did so long ago, or said goodbye before it came back, is one.
  expect(arms([anInstance(FIRST)], [FIRST]).candidate).toHaveLength(1);
  expect(arms([anInstance(FIRST)], [FIRST]).candidate[0]).toHaveProperty('lastReportMs');
  for (const earlier of [{ lastSeenMs: START_MS - 40_000 }, { closed: true }])
    expect(arms([anInstance(FIRST, earlier)], [FIRST]).candidate).toMatchObject([
      { instanceId: FIRST, applied: 'pending' },
    ]);
});

it('takes a refusal of the candidate for one, and of another ruleset for none', () => {
  const refused = {
    lineage: 'lin0',
    generation: fresh.generation,
    result: 'quarantined',
    reason: 'It broke',
  } as const;
  expect(arms([anInstance(FIRST, { refused })]).candidate).toMatchObject([
    { applied: 'quarantined', rejection: 'It broke' },
  ]);
  const earlier = { ...refused, generation: fresh.generation - 2 };
  expect(arms([anInstance(FIRST, { refused: earlier })]).candidate).toMatchObject([{ applied: 'pending' }]);
  // Who died of it came to life again under another name.
  expect(arms([anInstance(OUTSIDE, { refused })])).toMatchObject({
    candidate: [{ instanceId: OUTSIDE, applied: 'quarantined', rejection: 'It broke' }],
    control: [],
  });
  expect(arms([anInstance(OUTSIDE, { refused: earlier })]).candidate).toEqual([]);
});

it('sees a restart after the ruleset was taken, and none before', () => {
  const restarts = (restartedMs: number) => arms([anInstance(FIRST, { restartedMs })]).candidate[0]?.restarts;
  expect([restarts(START_MS - 1), restarts(START_MS + 1)]).toEqual([0, 1]);
});

it('takes a fleet of which nothing was heard for a quarter of an hour for none', () => {
  const seen = (lastSeenMs: number) => arms([anInstance(OUTSIDE, { lastSeenMs })]).isFleetKnown;
  expect([seen(STAGE_MS), seen(STAGE_MS - 14 * 60_000), seen(STAGE_MS - 16 * 60_000)]).toEqual([
    true,
    true,
    false,
  ]);
  expect(arms([anInstance(OUTSIDE, { closed: true })]).isFleetKnown).toBe(false);
});
