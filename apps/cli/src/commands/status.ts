import type { KillDocument, ProposalDocument, SyncDocument } from '@guidon/protocol';
import type { CommandSetup } from '../command-setup.js';
import type { Io } from '../io.js';
import { describeTargets } from '../output/describe-targets.js';
import { type Paint, paintFor, printable } from '../output/paint.js';
import { count, formatTable } from '../output/table.js';
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
    .addHelpText('after', EXAMPLES)
    .action(async (options: { json?: true }) => {
      await status(options, io);
      finish(0);
    });
}

async function status(options: { json?: true }, io: Io): Promise<void> {
  const client = createServerClient(io);
  const [sync, list, offered] = await Promise.all([
    client.get<SyncDocument>('/api/v1/sync'),
    client.get<{ kills: readonly KillDocument[] }>('/api/v1/red-button'),
    client.get<{ proposals: readonly ProposalDocument[] }>('/api/v1/proposals'),
  ]);
  const kills = list.kills.filter(({ revivedAt }) => revivedAt === undefined);
  const proposals = offered.proposals.filter(({ state }) => state !== 'merged' && state !== 'closed');
  if (options.json === true) {
    io.out(`${JSON.stringify({ sync, kills, proposals }, null, 2)}\n`);
    return;
  }
  const paint = paintFor(io.colours);
  io.out(
    `${describeSync(sync, io.now(), paint)}\n${describeKills(kills, io.now(), paint)}${describeProposals(proposals, paint)}`,
  );
}

export function describeSync(sync: SyncDocument, nowMs: number, paint: Paint): string {
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
  for (const { path, line, column, sentence, code } of errors) {
    lines.push(`  ${printable(path)}:${line}:${column} ${printable(sentence)} (${code})`);
  }
  if (sync.findingCount !== undefined && sync.findingCount > sync.findings.length) {
    lines.push(`  ${sync.findingCount} findings in all; \`guidon lint\` lists them.`);
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

export function describeKills(kills: readonly KillDocument[], nowMs: number, paint: Paint): string {
  if (kills.length === 0) return 'Nothing is switched off by hand.\n';
  const blocks = kills.map((kill) => {
    const expiry = kill.expiresAt === undefined ? '' : `, expires ${kill.expiresAt}`;
    const overdue = kill.overdue === true ? paint.yellow(' OVERDUE: a person must revive it') : '';
    return [
      `  ${paint.red(kill.id)}`,
      ...describeTargets(kill.targets).map((line) => `    ${line}`),
      `    ${printable(kill.reason)} (${printable(kill.actor)}, ${age(kill.pressedAt, nowMs)} ago${expiry})${overdue}`,
    ].join('\n');
  });
  const head = paint.bold(`${count(kills.length, 'kill')} in force:`);
  return `${head}\n${blocks.join('\n')}\nTo lift one: guidon revive <id>\n`;
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

/** `40 s`, `12 min`, `5 h`, `3 days`: enough for a person who asks whether this is old. */
export function age(instant: string, nowMs: number): string {
  const seconds = Math.max(0, Math.round((nowMs - Date.parse(instant)) / 1000));
  if (Number.isNaN(seconds)) return 'an unknown time';
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}
