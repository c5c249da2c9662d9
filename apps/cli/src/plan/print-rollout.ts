import { type Paint, printable } from '../output/paint.js';
import { percent } from './figures.js';
import type { RolloutPlan, RolloutStage } from './plan-document.js';

const BAR = 10;

/** One line a stage, with a bar for the share that is in. */
export function rolloutLines({ stages, done, timezone, guards, notes }: RolloutPlan, paint: Paint): string[] {
  const rows = stages.map((stage) => [
    stage.stage,
    percent(stage.percent),
    wallTime(stage.earliest, timezone),
    `hold ${stage.hold}`,
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => (row[column] as string).length)));
  return [
    ...stages.map((stage, index) => {
      const [name, share, entered, hold] = rows[index] as [string, string, string, string];
      const who = [...(stage.audience === undefined ? [] : [`of ${stage.audience}`]), ...stage.needs].join(
        '; ',
      );
      const cells = [
        printable(name.padEnd(widths[0] as number)),
        `${bar(stage, paint)} ${share.padStart(widths[1] as number)}`,
        entered.padEnd(widths[2] as number),
        who === '' ? hold : hold.padEnd(widths[3] as number),
        printable(who),
      ];
      return `      ${cells.join('  ').trimEnd()}`;
    }),
    paint.dim(
      `      done ${wallTime(done, timezone)} at the earliest; times of ${printable(timezone)}, if merged now and every approval is there in time`,
    ),
    ...guards.map((guard) => `      ${paint.cyan('guard')} ${printable(guard)}`),
    ...notes.map((note) => `      ${paint.yellow(printable(note))}`),
  ];
}

/** Shares of an audience are drawn with another sign: how large the audience is, nobody knows here. */
function bar({ percent: share, audience }: RolloutStage, paint: Paint): string {
  const full = Math.max(share > 0 ? 1 : 0, Math.round((share / 100) * BAR));
  return `${paint.cyan((audience === undefined ? '█' : '▒').repeat(full))}${paint.dim('░'.repeat(BAR - full))}`;
}

/** `Mon 2026-11-23 13:00` by the wall clock of a time zone. */
export function wallTime(instant: string | null, timezone: string): string {
  if (instant === null) return 'never';
  const part = (locale: string, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { timeZone: timezone, ...options }).format(new Date(instant));
  const day = part('en-GB', { weekday: 'short' });
  const date = part('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit' });
  const time = part('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  return `${day} ${date} ${time}`;
}
