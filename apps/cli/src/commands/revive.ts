import type { KillDocument, ReviveAnswer } from '@guidon/protocol';
import { CliError } from '../cli-error.js';
import type { CommandSetup } from '../command-setup.js';
import { examplesFor } from '../examples-for.js';
import type { Io } from '../io.js';
import { describeTargets } from '../output/describe-targets.js';
import { age } from '../output/instants.js';
import { paintFor, printable } from '../output/paint.js';
import type { View } from '../output/view.js';
import { createServerClient } from '../server/server-client.js';
import { askReason } from './ask-reason.js';
import { lookFirst } from './look-first.js';

interface ReviveOptions {
  readonly reason?: string;
  readonly json?: true;
}

/** A ULID, in Crockford's alphabet. */
const KILL_ID = /^[0-9A-HJKMNP-TV-Z]{26}$/i;

const EXAMPLES = `
Examples:
  guidon revive 01JD8Z5N3V6M2QK8W4T7R9XYAB --reason "fixed in 4.2.1"
  guidon status            lists the ids of what is switched off
`;

export function addRevive({ program, io, finish }: CommandSetup): void {
  program
    .command('revive <id>')
    .description('lift a kill: its flags are evaluated again')
    .option('--reason <text>', 'why; asked for on a terminal')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', examplesFor(io, EXAMPLES))
    .action(async (id: string, options: ReviveOptions) => {
      await revive(id, options, io);
      finish(0);
    });
}

async function revive(id: string, options: ReviveOptions, io: Io): Promise<void> {
  if (!KILL_ID.test(id)) {
    throw new CliError(`${id} is not the id of a kill; \`${io.command} status\` lists them.`, {
      usage: true,
    });
  }
  const client = createServerClient(io);
  const params = { id: id.toUpperCase() };
  const show = (kill: KillDocument) => describeKill(kill, io.now());
  const look = () => client.getTagged('/api/v1/red-button/{id}', { params });
  const tag = await lookFirst({ look, reason: options.reason, io, describe: show });
  const reason = await askReason(io, options.reason, 'Why is it safe again?');
  const answer = await client.post('/api/v1/red-button/{id}/revive', {
    ...{ params, body: { reason }, ifMatch: tag },
  });
  if (options.json === true) io.out(`${JSON.stringify(answer, null, 2)}\n`);
  else io.out(describeRevival(answer, { nowMs: io.now(), paint: paintFor(io.colours), command: io.command }));
}

/** What the person is about to lift. */
function describeKill({ id, targets, reason, actor, pressedAt }: KillDocument, nowMs: number): string {
  const lines = [
    `${id}, pressed ${age(pressedAt, nowMs)} ago by ${printable(actor)}: ${printable(reason)}`,
    ...describeTargets(targets).map((line) => `  ${line}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** What is evaluated again, what is not and why, or that somebody was quicker. */
export function describeRevival(answer: ReviveAnswer, { nowMs, paint, command }: View): string {
  const { id, targets, alreadyRevived, revivedBy = 'somebody', revivedAt = '' } = answer;
  // A server of an earlier version does not tell.
  const held = answer.stillHeld ?? [];
  const isHeld = new Set(held.map(nameOf));
  const free = targets.filter((target) => !isHeld.has(nameOf(target)));
  const head = alreadyRevived
    ? `${paint.bold(`${id} was already revived`)} by ${printable(revivedBy)} at ${printable(revivedAt)} (${age(revivedAt, nowMs)} ago); nothing was changed`
    : paint.bold(`Revived ${id}`);
  const lines = [
    free.length === 0 ? `${head}. None of its flags is evaluated again yet.` : `${head}; evaluated again:`,
    ...describeTargets(free).map((line) => `  ${line}`),
  ];
  for (const [kill, still] of byKill(held))
    lines.push(
      `Still switched off by ${printable(kill)}:`,
      ...describeTargets(still).map((line) => `  ${line}`),
    );
  if (held.length > 0) lines.push(`To lift it, too: ${command} revive <id>`);
  return lines.map((line) => `${line}\n`).join('');
}

function nameOf({ flag, environment }: { flag: string; environment: string }): string {
  return `${environment}/${flag}`;
}

function byKill(held: ReviveAnswer['stillHeld']): Map<string, KillDocument['targets']> {
  const targets = new Map<string, KillDocument['targets']>();
  for (const { kills, ...target } of held)
    for (const kill of kills) targets.set(kill, [...(targets.get(kill) ?? []), target]);
  return targets;
}
