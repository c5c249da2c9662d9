import { percent } from './figures.js';
import type { RolloutPlan, RolloutStage } from './plan-document.js';
import { wallTime } from './print-rollout.js';

const BAR = 10;

/** The stages as a table for a pull request. `escaped` makes text of files harmless. */
export function rolloutTable(
  { stages, done, timezone, guards, notes }: RolloutPlan,
  escaped: (text: string) => string,
): string[] {
  const rows = stages.map((stage) => {
    const whom = stage.audience === undefined ? 'everyone' : escaped(stage.audience);
    const entered = escaped(wallTime(stage.earliest, timezone));
    const needs = stage.needs.map(escaped).join('<br>');
    return `| ${escaped(stage.stage)} | ${bar(stage)} | ${percent(stage.percent)} | ${whom} | ${entered} | ${escaped(stage.hold)} | ${needs} |`;
  });
  const end = escaped(wallTime(done, timezone));
  return [
    '',
    '| stage | | of | whom | earliest | hold | needs |',
    '|---|---|--:|---|---|---|---|',
    ...rows,
    '',
    `Done ${end} at the earliest (${escaped(timezone)}), if merged now and every approval is there in time.`,
    ...(guards.length === 0 ? [] : ['', ...guards.map((guard) => `* 🛡 ${escaped(guard)}`)]),
    ...(notes.length === 0 ? [] : ['', ...notes.map((note) => `* ⚠️ ${escaped(note)}`)]),
    '',
  ];
}

function bar({ percent: share, audience }: RolloutStage): string {
  const full = Math.max(share > 0 ? 1 : 0, Math.round((share / 100) * BAR));
  return `${(audience === undefined ? '█' : '▒').repeat(full)}${'░'.repeat(BAR - full)}`;
}
