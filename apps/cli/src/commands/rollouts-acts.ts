import type { RolloutAct } from '@guidon/protocol';
import type { Command } from 'commander';
import { CliError } from '../cli-error.js';
import type { CommandSetup } from '../command-setup.js';
import { examplesFor } from '../examples-for.js';
import type { Io } from '../io.js';
import { paintFor, printable } from '../output/paint.js';
import { headLines } from '../output/rollouts/draw-rollout.js';
import { summaryBar } from '../output/rollouts/stage-bar.js';
import { hasEnded, phaseWords } from '../output/rollouts/waiting-words.js';
import { locateRollout, orWhatThereIs, type RolloutAddress } from '../rollouts/locate-rollout.js';
import { createRolloutApi, type RolloutApi, type TaggedRollout } from '../rollouts/rollout-api.js';
import { sendAct } from '../rollouts/send-act.js';
import { askReason } from './ask-reason.js';
import { type OneRolloutOptions, optionsOf } from './rollouts-show.js';

interface ActOptions extends OneRolloutOptions {
  readonly stage?: string;
  readonly plan?: string;
}

interface ActWords {
  readonly act: RolloutAct;
  readonly description: string;
  readonly question: string;
  readonly note?: string;
}

const ACTS: Readonly<Record<string, ActWords>> = {
  pause: { act: 'pause', description: 'stop it where it is', question: 'Why is it paused?' },
  resume: {
    act: 'resume',
    description: 'let it go on; the hold of its stage begins anew',
    question: 'Why may it go on?',
    note: 'An alarm is acknowledged first. --plan takes up the plan that the flag file has by now.',
  },
  advance: {
    act: 'advance',
    description: 'cut the hold short: into the next stage now',
    question: 'Why not wait?',
    note: 'Proof, approval, freezes and alarms hold for a person, too.',
  },
  approve: {
    act: 'approve',
    description: 'agree that its next stage is entered',
    question: 'Why is it right?',
    note: 'For members of the team that the stage names, who did not write the change. It lets into that one stage, once.',
  },
  rollback: {
    act: 'roll-back',
    description: 'give everybody back what they had before',
    question: 'Why back?',
    note: 'It goes on in a freeze, too. Quicker still, without any rollout in the way: the red button, guidon kill.',
  },
  cancel: { act: 'cancel', description: 'call it off before it has begun', question: 'Why not at all?' },
  acknowledge: {
    act: 'acknowledge',
    description: 'say that you have looked at its alarm; evidence is counted anew from now on',
    question: 'What was it?',
    note: 'It stays paused until somebody resumes it.',
  },
  restart: {
    act: 'restart',
    description: 'begin one that is over anew, from its first stage',
    question: 'What has changed since?',
  },
};

export function addActs(rollouts: Command, setup: CommandSetup): void {
  for (const name of Object.keys(ACTS)) addAct(rollouts, name, setup);
}

function addAct(rollouts: Command, name: string, { io, finish }: CommandSetup): void {
  const { act, description, note } = ACTS[name] as ActWords;
  const command = rollouts
    .command(`${name} <flag>`)
    .description(description)
    .option('--env <name>', 'environment (default: the only one in which the flag has a rollout)')
    .option('--reason <text>', 'why; asked for on a terminal, which shows first where it stands')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', examplesFor(io, exampleOf(name, note)))
    .action(async (flag: string, _options: object, self: Command) => {
      await doAct(name, flag, { options: optionsOf<ActOptions>(self), io });
      finish(0);
    });
  if (name !== act) command.alias(act);
  if (act === 'approve')
    command.option('--stage <id>', 'the stage that may be entered (default: the next one)');
  if (act === 'resume')
    command
      .option('--stage <id>', 'where it stood, if the server has lost that')
      .option('--plan <hash>', 'take up the plan that the flag file offers: the beginning of its hash');
}

function exampleOf(name: string, note: string | undefined): string {
  return `
Example:
  guidon rollouts ${name} new-checkout --env production --reason "…"
${note === undefined ? '' : `\n${note}\n`}
It waits for nothing: guidon rollouts watch shows what comes of it. Exit codes: 0 done, 1 refused, 2 called in a wrong way.
`;
}

async function doAct(
  name: string,
  flag: string,
  { options, io }: { readonly options: ActOptions; readonly io: Io },
): Promise<void> {
  const { act, question } = ACTS[name] as ActWords;
  const api = createRolloutApi(io);
  const address = await locateRollout({ flag, env: options.env }, api);
  const shown = await look({ act, address, api, options, io });
  const body = { ...detailsOf(act, options, shown), reason: await askReason(io, options.reason, question) };
  const sending = sendAct({ api, id: address.id, act, body, shown });
  const { done, rollout } = await orWhatThereIs(sending, address, { api, io });
  if (options.json === true) {
    io.out(`${JSON.stringify({ rollout, done }, null, 2)}\n`);
    return;
  }
  const paint = paintFor(io.colours);
  const lines = [
    paint.bold(printable(done)),
    `  ${phaseWords(rollout)}: ${summaryBar(rollout, paint)}`,
    ...(hasEnded(rollout)
      ? []
      : [`To follow it: ${io.command} rollouts watch ${address.flag} --env ${address.environment}`]),
  ];
  io.out(`${lines.join('\n')}\n`);
}

/** On a terminal where it stands is shown before the reason is asked for; some acts have to know it anyhow. */
async function look(at: {
  readonly act: RolloutAct;
  readonly address: RolloutAddress;
  readonly api: RolloutApi;
  readonly options: ActOptions;
  readonly io: Io;
}): Promise<TaggedRollout | undefined> {
  const { act, address, api, options, io } = at;
  const isShown = options.reason === undefined && io.interactive;
  const isNeeded = (act === 'approve' && options.stage === undefined) || options.plan !== undefined;
  if (!isShown && !isNeeded) return undefined;
  const shown = await orWhatThereIs(api.read(address.id), address, { api, io });
  const { columns } = io.screen() ?? { columns: 100 };
  const paint = paintFor(io.colours);
  if (isShown)
    io.err(
      `${headLines(shown.rollout, { nowMs: io.now(), paint, command: io.command, columns }).join('\n')}\n`,
    );
  return shown;
}

function detailsOf(act: RolloutAct, { stage, plan }: ActOptions, shown: TaggedRollout | undefined): object {
  if (act === 'approve') return { stage: stage ?? nextStageOf(shown) };
  if (act !== 'resume') return {};
  const offered = shown?.rollout.offered?.hash;
  if (plan !== undefined && (plan.length < 8 || offered?.startsWith(plan) !== true))
    throw new CliError(
      offered === undefined
        ? 'The flag file offers no other plan; leave --plan out.'
        : `The flag file offers the plan ${offered}: give at least 8 digits of it.`,
      { usage: true },
    );
  return { ...(stage === undefined ? {} : { stage }), ...(plan === undefined ? {} : { planHash: offered }) };
}

function nextStageOf(shown: TaggedRollout | undefined): string {
  const rollout = shown?.rollout;
  if (rollout?.waitingFor.kind === 'approval') return rollout.waitingFor.stage;
  const next = rollout?.plan.stages.find(({ state }) => state === 'ahead');
  if (next?.approval === undefined)
    throw new CliError('Its next stage needs nobody to agree; nothing was done.', {
      code: 'nothing-to-approve',
    });
  return next.id;
}
