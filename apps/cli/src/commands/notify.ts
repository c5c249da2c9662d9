import type { NotificationDocument } from '@guidon/protocol';
import type { ExitCode } from '../cli-error.js';
import type { CommandSetup } from '../command-setup.js';
import { examplesFor } from '../examples-for.js';
import type { Io } from '../io.js';
import { describeDeliveries, describeNotifications } from '../output/describe-notifications.js';
import { paintFor } from '../output/paint.js';
import { createServerClient } from '../server/server-client.js';
import { askReason } from './ask-reason.js';

const EXAMPLES = `
Examples:
  guidon notify status
  guidon notify test --reason "new receiver"      sends one that tells of nothing, and waits for it to arrive

Receivers are set at the server: GUIDON_NOTIFY_URL with GUIDON_NOTIFY_SECRET, or GUIDON_NOTIFY_URLS_FILE.
`;

const PAUSE_MS = 500;
const MOST_LOOKS = 30;

export function addNotify({ program, io, finish }: CommandSetup): void {
  const notify = program
    .command('notify')
    .description('look whether notifications reach their receivers, and try it')
    .addHelpText('after', examplesFor(io, EXAMPLES));
  notify
    .command('status')
    .description('tell who is notified, what waits and what was given up')
    .option('--json', 'print it as JSON')
    .addHelpText('after', examplesFor(io, EXAMPLES))
    .action(async ({ json }: { json?: true }) => {
      const document = await createServerClient(io).get('/api/v1/notifications');
      const view = { nowMs: io.now(), paint: paintFor(io.colours), command: io.command };
      io.out(json === true ? inJson(document) : describeNotifications(document, view));
      finish(0);
    });
  notify
    .command('test')
    .description('send a notification that tells of nothing; exit code 1 when it does not reach everybody')
    .option('--reason <text>', 'why')
    .option('--json', 'print what became of it as JSON')
    .addHelpText('after', examplesFor(io, EXAMPLES))
    .action(async (options: { reason?: string; json?: true }) => finish(await sendTest(options, io)));
}

async function sendTest(options: { reason?: string; json?: true }, io: Io): Promise<ExitCode> {
  const reason = await askReason(io, options.reason, 'Why?');
  const client = createServerClient(io);
  const { id } = await client.post('/api/v1/notifications/test', { body: { reason } });
  const look = () => client.get('/api/v1/notifications/{id}', { params: { id } });
  let document: NotificationDocument = await look();
  for (let looked = 1; looked < MOST_LOOKS && isUntried(document); looked += 1) {
    await io.pause(PAUSE_MS);
    document = await look();
  }
  const arrived = document.deliveries.every(({ state }) => state === 'delivered');
  io.out(options.json === true ? inJson(document) : describeDeliveries(document.deliveries));
  if (!arrived && options.json !== true)
    io.err('Not everybody has it. The server goes on trying; what it tells of itself stays in its log.\n');
  return arrived ? 0 : 1;
}

/** Whether somebody has not been tried at all. */
function isUntried({ deliveries }: NotificationDocument): boolean {
  return deliveries.some(({ state, attempts }) => state === 'waiting' && attempts === 0);
}

function inJson(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
