import type { RolloutDocument, RolloutEventDocument } from '@guidon/protocol';
import type { ExitCode } from '../cli-error.js';
import type { Io, Screen } from '../io.js';
import { timeOfDay } from '../output/instants.js';
import { paintFor } from '../output/paint.js';
import { drawWatch } from '../output/rollouts/draw-watch.js';
import { eventLine, evidenceSentences } from '../output/rollouts/event-line.js';
import { nextStep } from '../output/rollouts/next-step.js';
import { stageBar, stagesOf } from '../output/rollouts/stage-bar.js';
import { phaseWords, waitingWords } from '../output/rollouts/waiting-words.js';
import type { RolloutViewer } from './follow-rollout.js';

type Out = Pick<Io, 'out' | 'err' | 'now' | 'command' | 'colours'>;

/** 0 when everybody has it, 1 when it went back or never began. */
export function exitCodeOf({ phase }: Pick<RolloutDocument, 'phase'>): ExitCode {
  return phase === 'completed' ? 0 : 1;
}

/** One picture, drawn anew in place. */
export function terminalViewer(io: Out & Pick<Io, 'screen'>, at: Screen): RolloutViewer {
  let drawn = 0;
  let events: readonly RolloutEventDocument[] = [];
  let last: RolloutDocument | undefined;
  const draw = (trouble?: string) => {
    if (last === undefined) return;
    const { columns, rows } = io.screen() ?? at;
    const paint = paintFor(io.colours);
    const options = { nowMs: io.now(), paint, command: io.command, columns, rows };
    const lines = drawWatch({ rollout: last, events, trouble }, options);
    // Up to where the picture began, and everything below it away.
    io.out(`${drawn > 0 ? `\u001b[${drawn}A` : ''}\r\u001b[J${lines.map((line) => `${line}\n`).join('')}`);
    drawn = lines.length;
  };
  return {
    show(rollout, more) {
      if (last === undefined) events = [...rollout.timeline].reverse();
      events = [...events, ...more];
      last = rollout;
      draw();
    },
    trouble: (sentence) => draw(sentence),
    back: () => {},
    end: (rollout) => io.out(`\n${nextStep(rollout, io.command).join('\n')}\n`),
  };
}

/** A line for every change, for logs and pipes. */
export function lineViewer(io: Out): RolloutViewer {
  let last: RolloutDocument | undefined;
  const say = (line: string) => io.out(`${line}\n`);
  const now = () => timeOfDay(new Date(io.now()).toISOString(), io.now());
  return {
    show(rollout, events) {
      // How it came to where it stands is told first.
      const told = last === undefined ? rollout.timeline.slice(0, 1) : events;
      for (const event of told) {
        say(eventLine(event, io.now()));
        for (const said of evidenceSentences(event)) say(`  ${said}`);
      }
      if (last === undefined || events.length > 0) {
        const bar = stageBar(stagesOf(rollout), rollout.phase, paintFor(io.colours));
        say(`${now()}  ${rollout.flag} in ${rollout.environment} ${phaseWords(rollout)}: ${bar}`);
      }
      for (const line of changesOf(rollout, last, { cause: told.at(-1)?.cause, nowMs: io.now() }))
        say(`${now()}  ${line}`);
      last = rollout;
    },
    trouble: (sentence) => io.err(`${now()}  ${sentence}\n`),
    back: (sentence) => io.err(`${now()}  ${sentence}\n`),
    end: (rollout) => io.out(`${nextStep(rollout, io.command).join('\n')}\n`),
  };
}

/** What changed without a transition: what it waits for, and what guards say. */
function changesOf(
  rollout: RolloutDocument,
  last: RolloutDocument | undefined,
  { cause, nowMs }: { readonly cause: string | undefined; readonly nowMs: number },
): string[] {
  const { waitingFor, reason } = rollout;
  const isNew = last?.waitingFor.kind !== waitingFor.kind && waitingFor.kind !== 'nothing';
  const verdicts = new Map(last?.guards.map(({ id, verdict }) => [id, verdict]));
  return [
    ...(isNew
      ? [`waits for ${waitingWords(waitingFor, nowMs).words}${reason === cause ? '' : `. ${reason}`}`]
      : []),
    ...rollout.guards
      .filter(({ id, verdict }) => verdicts.get(id) !== verdict && (last !== undefined || verdict === 'fail'))
      .map((guard) => `${guard.id} ${guard.verdict}: ${guard.reason}`),
  ];
}

/** A line of JSON for everything: `rollout`, `event`, `trouble`, `back`, `end`. */
export function jsonViewer(io: Out): RolloutViewer {
  const say = (type: string, more: object) => io.out(`${JSON.stringify({ type, ...more })}\n`);
  let before = '';
  return {
    show(rollout, events) {
      for (const event of events) say('event', { event });
      const { phase, stage, run, version, waitingFor, guards, killed } = rollout;
      const verdicts = guards.map(({ id, verdict }) => [id, verdict]);
      const now = JSON.stringify([phase, stage, run, version, killed, waitingFor, verdicts]);
      if (now !== before) say('rollout', { rollout });
      before = now;
    },
    trouble: (sentence) => say('trouble', { sentence }),
    back: (sentence) => say('back', { sentence }),
    end: (rollout) =>
      say('end', { phase: rollout.phase, exitCode: exitCodeOf(rollout), reason: rollout.reason }),
  };
}
