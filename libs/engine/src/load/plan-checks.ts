import { hasControl, isStatistical, type Plan, parseWindow } from '../model/index.js';
import { type Binding, report } from './binding.js';
import { type Path, shown } from './problem.js';
import { spanWords } from './span-words.js';

/** What a plan lacks in itself, wherever it is used: time to grow in, and somebody to compare with (V1b, V6, V7). */
export function checkPlan(binding: Binding, at: Path, plan: Plan): void {
  checkTime(binding, at, plan);
  checkProofs(binding, at, plan);
  checkControls(binding, at, plan);
}

function checkTime(binding: Binding, at: Path, { windows, stages, deadlineMs }: Plan): void {
  for (const [index, window] of windows.entries()) {
    if (parseWindow(window) !== undefined) continue;
    const sentence = `The window ${shown(window)} has no time in it.`;
    report(binding, { at: [...at, 'windows', index], code: 'window-empty', sentence });
  }
  const holdsMs = stages.reduce((sum, { holdMs }) => sum + holdMs, 0);
  if (deadlineMs === undefined || holdsMs <= deadlineMs) return;
  const sentence = `The holds of the stages are ${spanWords(holdsMs)} together, and the deadline is ${spanWords(deadlineMs)}.`;
  report(binding, { at: [...at, 'deadline'], code: 'deadline-short', sentence });
}

function checkProofs(binding: Binding, at: Path, plan: Plan): void {
  for (const [index, { id, prove }] of plan.stages.entries()) {
    if (prove === undefined) continue;
    const here: Path = [...at, 'stages', index, 'prove'];
    const guard = plan.guards.find((one) => one.id === prove.guard);
    if (guard !== undefined && !isStatistical(guard)) {
      const sentence = `The guard ${shown(guard.id)} of type ${guard.type} compares with nobody, so it cannot prove a ratio.`;
      report(binding, { at: [...here, 'guard'], code: 'proof-unattainable', sentence });
    }
    if (prove.ratioBelow <= 1) {
      const sentence = `A variant that is as good as the old one has the ratio 1, so a ratio below ${prove.ratioBelow} can hardly be proved.`;
      report(binding, { at: [...here, 'ratioBelow'], code: 'proof-unattainable', sentence });
    }
    if (!hasControl(plan, index)) {
      const sentence = `Stage ${shown(id)} takes all of its audience, so nothing can be proved in it.`;
      report(binding, { at: here, onKey: true, code: 'proof-without-control', sentence });
    }
  }
}

/** Staff and the like are few and chosen; a stage for everyone is where a guard is wanted. */
function checkControls(binding: Binding, at: Path, plan: Plan): void {
  if (plan.guards.length === 0 || !plan.guards.every(isStatistical)) return;
  const index = plan.stages.findIndex(
    ({ audience, approval }, position) =>
      audience === undefined && approval === undefined && !hasControl(plan, position),
  );
  const stage = plan.stages[index];
  if (stage === undefined) return;
  const [noun, verb] = plan.guards.length === 1 ? ['guard', 'sees'] : ['guards', 'see'];
  const names = plan.guards.map(({ id }) => id).join(', ');
  const sentence = `In stage ${shown(stage.id)} everyone has it and nobody is held out, so the ${noun} ${names} ${verb} nothing there.`;
  report(binding, { at: [...at, 'stages', index], onKey: true, code: 'stage-without-control', sentence });
}
