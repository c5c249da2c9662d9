import type { Finding } from '@guidon/engine/model';
import type {
  DriftDocument,
  KillDocument,
  ProposalDocument,
  SyncDocument,
  WavesDocument,
} from '@guidon/protocol';
import type { CommandSetup } from '../command-setup.js';
import { examplesFor } from '../examples-for.js';
import type { Io } from '../io.js';
import { describeNotificationTroubles } from '../output/describe-notifications.js';
import { describeTargets } from '../output/describe-targets.js';
import { fixOf } from '../output/finding-advice.js';
import { age, timeUntil } from '../output/instants.js';
import { type Paint, paintFor, printable } from '../output/paint.js';
import { count, formatTable } from '../output/table.js';
import type { View } from '../output/view.js';
import { createServerClient } from '../server/server-client.js';

const EXAMPLES = `
Examples:
  guidon status
  guidon status --json | jq '.kills[].id'
`;

export function addStatus({ program, io, finish }: CommandSetup): void {
  program
    .command('status')
    .description('tell what is live in each environment, and what is switched off')
    .option('--json', 'print it as JSON')
    .addHelpText('after', examplesFor(io, EXAMPLES))
    .action(async (options: { json?: true }) => {
      await status(options, io);
      finish(0);
    });
}

async function status(options: { json?: true }, io: Io): Promise<void> {
  const client = createServerClient(io);
  const [sync, { waves }, list, offered, drift, notifications] = await Promise.all([
    client.get('/api/v1/sync'),
    client.get('/api/v1/waves'),
    client.get('/api/v1/red-button'),
    client.get('/api/v1/proposals'),
    client.get('/api/v1/drift'),
    client.get('/api/v1/notifications'),
  ]);
  const kills = list.kills.filter(({ revivedAt }) => revivedAt === undefined);
  const proposals = offered.proposals.filter(({ state }) => state !== 'merged' && state !== 'closed');
  if (options.json === true) {
    io.out(`${JSON.stringify({ sync, waves, kills, proposals, drift, notifications }, null, 2)}\n`);
    return;
  }
  const paint = paintFor(io.colours);
  const view = { nowMs: io.now(), paint, command: io.command };
  io.out(
    `${describeSync(sync, view)}\n${describeDrift(drift, view)}${describeWaves(waves, view)}${describeKills(kills, view)}${describeProposals(proposals, paint)}${describeNotificationTroubles(notifications, view)}`,
  );
}

/** In which ways what is served differs from Git, and what a person can do about it; nothing where it does not. */
export function describeDrift(drift: DriftDocument, { paint, command }: View): string {
  if (drift.inSync) return '';
  const lines = [
    paint.yellow('What is served differs from Git:'),
    ...drift.reasons.map((reason) => `  ${printable(reason)}`),
  ];
  const { judged } = drift;
  const rolledBack = drift.environments.find(({ held }) => held?.why === 'rolled-back')?.held;
  if (judged?.state === 'held') lines.push(`To let it go on: ${command} accept ${short(judged.commit)}`);
  if (rolledBack !== undefined)
    lines.push(`To try again what was taken back: ${command} accept ${short(rolledBack.revision)}`);
  const frozen = drift.environments.find(({ waiting }) => waiting?.why === 'freeze')?.waiting;
  if (frozen !== undefined)
    lines.push(`To let it begin in spite of the freeze: ${command} accept ${short(frozen.revision)}`);
  if (drift.overrides.some(({ kind }) => kind === 'pin')) lines.push(`To lift a pin: ${command} unpin`);
  return `${lines.join('\n')}\n\n`;
}

function describeWaves(waves: WavesDocument['waves'], { nowMs, paint }: View): string {
  const blocks = waves.map(({ id, environment, candidate, stage, stages, members, ...wave }) => {
    const percent = stages[stage]?.percent ?? 0;
    const reached = `${members.adopted} of ${count(members.candidate + members.control, 'instance')}`;
    return [
      `${paint.bold('Wave')}      ${printable(environment)}: ${short(candidate.revision)} is with ${percent} %, ${reached}, for ${age(wave.stageSince, nowMs)}`,
      `  ${wave.decision}: ${printable(wave.reason)} (${printable(id)})\n\n`,
    ].join('\n');
  });
  return blocks.join('');
}

export function describeSync(sync: SyncDocument, { nowMs, paint, command }: View): string {
  const colour = sync.state === 'accepted' ? paint.green : paint.yellow;
  const synced = sync.lastSyncAt === undefined ? 'never' : `${age(sync.lastSyncAt, nowMs)} ago`;
  const errors = sync.findings.filter(({ severity }) => severity === 'error');
  const lines = [
    `${paint.bold('Source')}    ${printable(sync.source)} (${printable(sync.branch)})`,
    `${paint.bold('Revision')}  ${short(sync.revision)} ${colour(sync.state)}, synced ${synced}`,
  ];
  if (sync.head !== undefined && sync.head !== sync.revision) {
    lines.push(`${paint.bold('Newest')}    ${short(sync.head)} is not judged yet`);
  }
  if (sync.lastError !== undefined) {
    lines.push(`${paint.bold('Trouble')}   ${paint.yellow(printable(sync.lastError))}`);
  }
  for (const path of sync.frozen) {
    lines.push(`${paint.bold('Frozen')}    ${printable(path)} stays at its last good version`);
  }
  // A server of an earlier version does not tell the two apart.
  for (const path of sync.absent ?? []) {
    lines.push(
      `${paint.bold('Refused')}   ${printable(path)} is new and has no good version: it does not exist yet`,
    );
  }
  // A server of an earlier version does not tell of them.
  for (const { environment, streams } of sync.removed ?? []) {
    const held = streams === undefined ? '' : `; ${count(streams, 'stream')} still open`;
    lines.push(
      `${paint.bold('Removed')}   ${printable(environment)} is no longer in guidon.yaml and is served as it was${held}`,
    );
  }
  lines.push(...errors.flatMap(describeFinding));
  if (sync.findingCount !== undefined && sync.findingCount > sync.findings.length) {
    lines.push(`  ${sync.findingCount} findings in all; \`${command} lint\` lists them.`);
  }
  const rows = sync.environments.map(({ environment, generation, revision, flags, kills }) => [
    environment,
    String(generation),
    short(revision),
    String(flags),
    String(kills),
  ]);
  const table = formatTable(['environment', 'generation', 'revision', 'flags', 'kills'], rows);
  return `${lines.join('\n')}\n\n${table}`;
}

function describeFinding(finding: Finding): string[] {
  const { path, line, column, sentence, code } = finding;
  const fix = fixOf(finding);
  return [
    `  ${printable(path)}:${line}:${column} ${printable(sentence)} (${code})`,
    ...(fix === undefined ? [] : [`    fix: ${printable(fix)}`]),
  ];
}

export function describeKills(kills: readonly KillDocument[], { nowMs, paint, command }: View): string {
  if (kills.length === 0) return 'Nothing is switched off by hand.\n';
  const blocks = kills.map((kill) => {
    const expiry = kill.expiresAt === undefined ? '' : `, ${expiryOf(kill.expiresAt, nowMs)}`;
    const overdue = kill.overdue === true ? paint.yellow(' OVERDUE: a person must revive it') : '';
    return [
      `  ${paint.red(kill.id)}`,
      ...describeTargets(kill.targets).map((line) => `    ${line}`),
      `    ${printable(kill.reason)} (${printable(kill.actor)}, ${age(kill.pressedAt, nowMs)} ago${expiry})${overdue}`,
    ].join('\n');
  });
  const head = paint.bold(`${count(kills.length, 'kill')} in force:`);
  return `${head}\n${blocks.join('\n')}\nTo lift one: ${command} revive <id>\n`;
}

function expiryOf(expiresAt: string, nowMs: number): string {
  const isOver = Date.parse(expiresAt) <= nowMs;
  return isOver ? `expired ${age(expiresAt, nowMs)} ago` : `expires in ${timeUntil(expiresAt, nowMs)}`;
}

/** What Guidon offers in Git and nobody has merged yet; nothing where there is nothing. */
export function describeProposals(proposals: readonly ProposalDocument[], paint: Paint): string {
  if (proposals.length === 0) return '';
  const lines = proposals.map(({ branch, state, detail, pullRequest }) => {
    const colour = state === 'conflict' || state === 'failed' ? paint.yellow : paint.green;
    const why = state === 'open' || detail === undefined ? '' : `: ${printable(detail)}`;
    return `  ${printable(branch)} ${colour(state)}${why} ${printable(pullRequest?.url ?? '')}`.trimEnd();
  });
  return `\n${paint.bold(`${count(proposals.length, 'proposal')} in Git:`)}\n${lines.join('\n')}\n`;
}

function short(commit: string | undefined): string {
  return commit === undefined || commit === '' ? '-' : commit.slice(0, 10);
}
