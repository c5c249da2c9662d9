import { describe, expect, it } from '@jest/globals';
import { SAMPLE_RATIO_DEFAULTS, sampleRatioEvidence, startSampleRatio } from './sample-ratio.js';

describe('the evidence against a sample ratio', () => {
  // Table A3.4 of the reference note (four digits), and the same with six digits from another program's lgamma.
  it.each([
    [5000, 5000, 0.5, -1.1992, -1.199175],
    [4800, 5200, 0.5, 6.0758, 6.075818],
    [4700, 5300, 0.5, 15.1741, 15.174075],
    [400, 9600, 0.05, 9.0703, 9.070277],
  ])('is as published for %d against %d at %d', (treatment, control, share, published, exact) => {
    const found = sampleRatioEvidence({ treatment, control }, share);
    expect(Math.abs(found - published)).toBeLessThan(5.1e-5);
    expect(Math.abs(found - exact)).toBeLessThan(1e-6);
  });

  it('keeps its mean at one when the share is what it should be', () => {
    const [subjects, share] = [12, 0.3];
    let [mean, chance] = [0, (1 - share) ** subjects];
    for (let treatment = 0; treatment <= subjects; treatment += 1) {
      const evidence = sampleRatioEvidence({ treatment, control: subjects - treatment }, share);
      mean += chance * Math.exp(evidence);
      chance *= ((subjects - treatment) / (treatment + 1)) * (share / (1 - share));
    }
    expect(mean).toBeCloseTo(1, 8);
  });
});

describe('the sample ratio over stretches', () => {
  const row = (index: number, share: number, treatment: number, control: number, reporters = 1) => ({
    endMs: 10_000 * (index + 1),
    share,
    treatment,
    control,
    reporters,
  });

  it('does not take a change of percent for a lopsided count', () => {
    const run = startSampleRatio(SAMPLE_RATIO_DEFAULTS);
    run.add([row(0, 0.01, 100, 9900)]);
    run.add([row(1, 0.5, 5000, 5000)]);
    expect(run.evidence()).toMatchObject({ treatment: 5100, control: 14_900, expected: 5100 });
    expect(run.evidence().uneven).toBeLessThan(0);
  });

  it('adds up what each stretch says, and keeps the alarm', () => {
    const run = startSampleRatio(SAMPLE_RATIO_DEFAULTS);
    expect(run.add([row(0, 0.5, 4800, 5200)])).toBe(false);
    expect(run.add([row(1, 0.05, 400, 9600)])).toBe(true);
    expect(run.evidence().uneven).toBeCloseTo(6.075818 + 9.070277, 5);
    expect(run.add([row(2, 0.5, 5200, 4800)])).toBe(true);
    expect(run.evidence().alarmedAtMs).toBe(20_000);
  });

  it('takes a subject that every instance counts for one', () => {
    const run = startSampleRatio(SAMPLE_RATIO_DEFAULTS);
    expect(run.add([row(0, 0.5, 47_000, 53_000, 10)])).toBe(true);
    const many = startSampleRatio(SAMPLE_RATIO_DEFAULTS);
    expect(many.add([row(0, 0.5, 47_000, 53_000, 100)])).toBe(false);
    expect(many.evidence().uneven).toBeCloseTo(sampleRatioEvidence({ treatment: 470, control: 530 }, 0.5), 9);
  });
});
