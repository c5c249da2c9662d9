import { type Bucketing, type Outcome, type Share, type Split, TOTAL_PARTS } from '../model/index.js';
import type { RawBucketing, RawOutcome, RawSplit } from '../schema/outcome-schema.js';
import {
  attributeNamed,
  attributeNames,
  type Binding,
  listOf,
  report,
  reportUnknown,
  sortedEntries,
} from './binding.js';
import { type Path, shown } from './problem.js';

/** Parts of 100,000, or undefined when the percentage has more than three decimals. */
export function partsOf(percent: number): number | undefined {
  const parts = Math.round(percent * (TOTAL_PARTS / 100));
  return Math.abs(percent * (TOTAL_PARTS / 100) - parts) < 1e-6 ? parts : undefined;
}

export function bindPercent(binding: Binding, at: Path, percent: number): number {
  const parts = partsOf(percent);
  if (parts !== undefined) return parts;
  report(binding, { at, code: 'percent-decimals', sentence: `${percent} has more than three decimals.` });
  return 0;
}

/** The nearest `by`, `salt` and `bucketing` win: beside the percentage, then the environment's, then the flag's. */
export function nestBucketing(binding: Binding, at: Path, outer: Bucketing, raw: RawBucketing): Bucketing {
  if (raw.by !== undefined) checkUnits(binding, at, raw.by);
  return {
    by: raw.by === undefined ? outer.by : listOf(raw.by),
    salt: raw.salt === undefined ? outer.salt : raw.salt === 'none' ? '' : raw.salt,
    algorithm: raw.bucketing ?? outer.algorithm,
  };
}

function checkUnits(binding: Binding, at: Path, by: string | string[]): void {
  for (const [index, name] of listOf(by).entries()) {
    const nameAt = Array.isArray(by) ? [...at, 'by', index] : [...at, 'by'];
    const attribute = name === 'now' ? undefined : attributeNamed(binding.project, name);
    if (attribute === undefined) {
      const known = attributeNames(binding.project).filter((known) => known !== 'now');
      reportUnknown(binding, nameAt, { code: 'unknown-attribute', noun: 'attribute', wrong: name, known });
    } else if (attribute.type === 'boolean' || attribute.type === 'date' || attribute.type === 'semver') {
      const sentence = `${shown(name)} is of type ${attribute.type}, which names no unit.`;
      report(binding, { at: nameAt, code: 'wrong-value', sentence });
    }
  }
}

export function hasBucketing(raw: RawBucketing): boolean {
  return raw.by !== undefined || raw.salt !== undefined || raw.bucketing !== undefined;
}

export function bindShare(binding: Binding, at: Path, percent: number, bucketing: Bucketing): Share {
  return { parts: bindPercent(binding, at, percent), bucketing };
}

interface OutcomeScope {
  readonly variants: ReadonlySet<string>;
  readonly bucketing: Bucketing;
}

/** Exactly one of `serve` and `split` (sentences 12 and 13). */
export function bindOutcome(binding: Binding, at: Path, raw: RawOutcome, scope: OutcomeScope): Outcome {
  if ((raw.serve === undefined) === (raw.split === undefined)) {
    const sentence =
      raw.serve === undefined
        ? 'Neither serve nor split says what is served.'
        : 'Both serve and split are given.';
    report(binding, { at, onKey: true, code: 'serve-or-split', sentence });
  }
  if (raw.split !== undefined) return { split: bindSplit(binding, [...at, 'split'], raw.split, scope) };
  const serve = raw.serve ?? '';
  if (raw.serve !== undefined) checkVariant(binding, [...at, 'serve'], serve, scope.variants);
  return { serve };
}

export function checkVariant(binding: Binding, at: Path, name: string, variants: ReadonlySet<string>): void {
  if (variants.has(name)) return;
  reportUnknown(binding, at, { code: 'unknown-variant', noun: 'variant', wrong: name, known: variants });
}

export function bindSplit(binding: Binding, at: Path, raw: RawSplit, scope: OutcomeScope): Split {
  if (Array.isArray(raw)) return bindWeights(binding, at, raw, scope);
  const arms = sortedEntries(raw).map(([variant, percent]): [string, number] => {
    if (!scope.variants.has(variant)) {
      const known = scope.variants;
      reportUnknown(binding, [...at, variant], {
        code: 'unknown-variant',
        noun: 'variant',
        wrong: variant,
        known,
        onKey: true,
      });
    }
    return [variant, bindPercent(binding, [...at, variant], percent)];
  });
  const total = arms.reduce((sum, [, parts]) => sum + parts, 0);
  if (total !== TOTAL_PARTS) {
    const sentence = `The split totals ${total / (TOTAL_PARTS / 100)}, not 100.`;
    report(binding, { at, onKey: true, code: 'split-total', sentence });
  }
  return { arms, total: TOTAL_PARTS, bucketing: scope.bucketing };
}

/** The greatest total that flagd's arithmetic is defined for. */
const FLAGD_TOTAL = 2_147_483_647;

function bindWeights(
  binding: Binding,
  at: Path,
  raw: readonly (readonly [string, number])[],
  scope: OutcomeScope,
): Split {
  if (scope.bucketing.algorithm === 'native') {
    report(binding, {
      at,
      onKey: true,
      code: 'imported-split',
      sentence: 'A list of weights needs an imported bucketing.',
    });
  }
  const seen = new Set<string>();
  for (const [index, [variant]] of raw.entries()) {
    checkVariant(binding, [...at, index, 0], variant, scope.variants);
    if (seen.has(variant)) {
      report(binding, {
        at: [...at, index, 0],
        code: 'repeated-id',
        sentence: `${shown(variant)} occurs twice in the split.`,
      });
    }
    seen.add(variant);
  }
  const total = raw.reduce((sum, [, weight]) => sum + weight, 0);
  if (total < 1 || total > FLAGD_TOTAL) {
    const sentence = `The weights total ${total}; ${scope.bucketing.algorithm} takes 1 to ${FLAGD_TOTAL}.`;
    report(binding, { at, onKey: true, code: 'unfit-percentage', sentence });
  }
  return {
    arms: raw.map(([variant, weight]): [string, number] => [variant, weight]),
    total,
    bucketing: scope.bucketing,
  };
}
