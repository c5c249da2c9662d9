import { type Guard, PLAN_DEFAULTS } from '../model/index.js';
import { GUARD_FIELDS, type RawGuard } from '../schema/plan-schema.js';
import { type Binding, report } from './binding.js';
import { durationMs } from './duration.js';
import { type Path, shown } from './problem.js';

/** A guard with the fields that its type takes, and what holds where it leaves one open. */
export function bindGuard(binding: Binding, at: Path, raw: RawGuard): Guard {
  checkFields(binding, at, raw);
  const { id, type, onAlarm } = raw;
  const outcome = raw.outcome ?? '';
  const nullRatio = raw.nullRatio ?? PLAN_DEFAULTS.nullRatio;
  switch (type) {
    case 'ratio':
      return {
        id,
        type,
        outcome,
        nullRatio,
        minErrors: raw.minErrors ?? PLAN_DEFAULTS.minErrors,
        onAlarm,
      };
    case 'latency':
      return { id, type, outcome, nullRatio, onAlarm };
    case 'ceiling':
      return {
        ...{ id, type, outcome, above: raw.above ?? 100, onAlarm },
        windowMs: raw.window === undefined ? PLAN_DEFAULTS.ceilingWindowMs : durationMs(raw.window),
        minCalls: raw.minCalls ?? PLAN_DEFAULTS.ceilingMinCalls,
      };
    case 'prometheus':
      return {
        ...{ id, type, query: raw.query ?? '', onAlarm, onError: raw.onError ?? 'pause' },
        ...(raw.above === undefined ? {} : { above: raw.above }),
        ...(raw.below === undefined ? {} : { below: raw.below }),
        forMs: raw.for === undefined ? 0 : durationMs(raw.for),
      };
  }
}

function checkFields(binding: Binding, at: Path, raw: RawGuard): void {
  const { needs, takes } = GUARD_FIELDS[raw.type];
  const told = (field: string, sentence: string, onKey: { onKey?: true } = {}) =>
    report(binding, { at: field === '' ? at : [...at, field], code: 'guard-shape', sentence, ...onKey });
  const known: readonly string[] = ['id', 'type', 'onAlarm', ...needs, ...takes];
  for (const field of Object.keys(raw)) {
    if (known.includes(field)) continue;
    const sentence = `A guard of type ${raw.type} takes no ${field}; it takes ${[...needs, ...takes].join(', ')}.`;
    told(field, sentence, { onKey: true });
  }
  for (const field of needs) {
    if (raw[field] !== undefined) continue;
    told('', `The guard ${shown(raw.id)} of type ${raw.type} has no ${field}.`, { onKey: true });
  }
  if (raw.type === 'prometheus' && (raw.above === undefined) === (raw.below === undefined))
    told('', `The guard ${shown(raw.id)} must say exactly one of above and below.`, { onKey: true });
  if (raw.type === 'ceiling' && raw.above !== undefined && !(raw.above > 0 && raw.above < 100))
    told('above', `${raw.above} is no percentage between 0 and 100 that a rate could exceed.`);
}
