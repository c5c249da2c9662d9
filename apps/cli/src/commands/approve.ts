import type { ApprovalDocument } from '@guidon/protocol';
import { CliError } from '../cli-error.js';
import type { CommandSetup } from '../command-setup.js';
import { examplesFor } from '../examples-for.js';
import type { Io } from '../io.js';
import { age, timeUntil } from '../output/instants.js';
import { paintFor, printable } from '../output/paint.js';
import { createServerClient } from '../server/server-client.js';
import { askReason } from './ask-reason.js';
import { lookFirst } from './look-first.js';

interface ApproveOptions {
  readonly refuse?: true;
  readonly reason?: string;
  readonly json?: true;
}

/** A ULID, in Crockford's alphabet. */
const APPROVAL_ID = /^[0-9A-HJKMNP-TV-Z]{26}$/i;

const EXAMPLES = `
Examples:
  guidon approvals                    what waits for somebody else's word
  guidon approve 01JD8Z5N3V6M2QK8W4T7R9XYAB --reason "the fix is deployed, I looked at the graphs"
  guidon approve 01JD8Z5N3V6M2QK8W4T7R9XYAB --refuse --reason "errors go on"
`;

export function addApprovals({ program, io, finish }: CommandSetup): void {
  program
    .command('approvals')
    .description('list acts that wait for a second person')
    .option('--all', 'those that were decided, too')
    .option('--json', 'print them as JSON')
    .addHelpText('after', examplesFor(io, EXAMPLES))
    .action(async (options: { all?: true; json?: true }) => {
      await list(options, io);
      finish(0);
    });
}

export function addApprove({ program, io, finish }: CommandSetup): void {
  program
    .command('approve <id>')
    .description('agree to what somebody else wants to do; he can then do it')
    .option('--refuse', 'say no instead')
    .option('--reason <text>', 'why; asked for on a terminal')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', examplesFor(io, EXAMPLES))
    .action(async (id: string, options: ApproveOptions) => {
      await approve(id, options, io);
      finish(0);
    });
}

async function approve(id: string, options: ApproveOptions, io: Io): Promise<void> {
  if (!APPROVAL_ID.test(id))
    throw new CliError(`${id} is not the id of what waits; \`${io.command} approvals\` lists it.`, {
      usage: true,
    });
  const client = createServerClient(io);
  const how = options.refuse === true ? 'refuse' : 'grant';
  const params = { id: id.toUpperCase() };
  const show = (approval: ApprovalDocument) => `${facts(approval, io).join('\n')}\n`;
  const look = () => client.getTagged('/api/v1/approvals/{id}', { params });
  const tag = await lookFirst({ look, reason: options.reason, io, describe: show });
  const reason = await askReason(io, options.reason, how === 'grant' ? 'Why is it right?' : 'Why not?');
  const answer = await client.post(`/api/v1/approvals/{id}/${how}`, {
    ...{ params, body: { reason }, ifMatch: tag },
  });
  if (options.json === true) {
    io.out(`${JSON.stringify(answer, null, 2)}\n`);
    return;
  }
  const { action, environments, requestedBy, expiresAt } = answer;
  const what = `${action} in ${environments.join(', ')}`;
  io.out(
    how === 'grant'
      ? `Agreed to ${printable(what)}. ${printable(requestedBy)} can do it now, once, for another ${timeUntil(expiresAt, io.now())}.\n`
      : `Refused ${printable(what)}, which ${printable(requestedBy)} asked for.\n`,
  );
}

async function list(options: { all?: true; json?: true }, io: Io): Promise<void> {
  const answer = await createServerClient(io).get('/api/v1/approvals');
  const approvals = answer.approvals.filter(({ state }) => options.all === true || state === 'waiting');
  if (options.json === true) io.out(`${JSON.stringify({ approvals }, null, 2)}\n`);
  else if (approvals.length === 0) io.out('Nothing waits for a second person.\n');
  else for (const approval of approvals) io.out(describe(approval, io));
}

function describe(approval: ApprovalDocument, io: Io): string {
  const waits = approval.state === 'waiting';
  const hint = waits ? [`  To agree: ${io.command} approve ${approval.id}`] : [];
  return [...facts(approval, io), ...hint, ''].join('\n');
}

function facts(approval: ApprovalDocument, io: Io): string[] {
  const { id, action, environments, about, requestedBy, requestedAt, reason, expiresAt, state } = approval;
  const paint = paintFor(io.colours);
  const nowMs = io.now();
  const until =
    state === 'waiting'
      ? `waits for another ${timeUntil(expiresAt, nowMs)}`
      : `${state} by ${approval.decidedBy ?? 'nobody'}`;
  return [
    `${paint.bold(id)} ${printable(action)} in ${printable(environments.join(', '))}, ${printable(until)}`,
    `  ${printable(JSON.stringify(about))}`,
    `  ${printable(requestedBy)}, ${age(requestedAt, nowMs)} ago: ${printable(reason)}`,
  ];
}
