import type { TimelineDocument, TimelineEntry } from '@guidon/protocol';
import type { CommandSetup } from '../command-setup.js';
import { examplesFor } from '../examples-for.js';
import type { Io } from '../io.js';
import { describeTimeline } from '../output/describe-timeline.js';
import { paintFor } from '../output/paint.js';
import { createServerClient } from '../server/server-client.js';
import { readAround } from './read-around.js';
import { readCount } from './read-count.js';

interface TimelineOptions {
  readonly around?: string;
  readonly within: string;
  readonly env?: string;
  readonly flag?: string;
  readonly limit: number;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  guidon timeline                                  what changed within the last hour
  guidon timeline --around 02:17 --env production  the error rate rose at 02:17: what changed just before?
  guidon timeline --around "10 min ago"
  guidon timeline --around 2027-01-31T02:17:00+01:00 --within 2h
  guidon timeline --flag new-checkout --within 7d  everything that happened to one flag
  guidon timeline --json | jq '.entries[] | select(.touchesServed)'

A time of the day is one of this machine's clock, the last that there was. Lines with a * changed what applications are served.
`;

export function addTimeline({ program, io, finish }: CommandSetup): void {
  program
    .command('timeline')
    .description(
      'tell what changed just before a moment, newest first: commits, rollouts, waves, kills, pins',
    )
    .option('--around <when>', 'the moment: 02:17, "10 min ago" or an instant', 'now')
    .option('--within <length>', 'how far back: 30m, 2h, 7d', '1h')
    .option('--env <name>', 'of one environment')
    .option('--flag <key>', 'of one flag')
    .option('--limit <number>', 'how many changes', readCount, 20)
    .option('--json', 'print them as JSON')
    .addHelpText('after', examplesFor(io, EXAMPLES))
    .action(async (options: TimelineOptions) => {
      await timeline(options, io);
      finish(0);
    });
}

async function timeline(options: TimelineOptions, io: Io): Promise<void> {
  const { around, json } = options;
  const aroundMs = around === undefined || around === 'now' ? undefined : readAround(around, io.now());
  const found = await fetchTimeline(options, aroundMs, io);
  if (json === true) {
    io.out(`${JSON.stringify(found, null, 2)}\n`);
    return;
  }
  io.out(describeTimeline(found, { nowMs: io.now(), paint: paintFor(io.colours), command: io.command }));
}

/** Page by page: the server answers with what it has looked at so far, which may be nothing yet. */
async function fetchTimeline(
  { within, env, flag, limit }: TimelineOptions,
  aroundMs: number | undefined,
  io: Io,
): Promise<TimelineDocument> {
  const client = createServerClient(io);
  const entries: TimelineEntry[] = [];
  let moment = aroundMs === undefined ? undefined : new Date(aroundMs).toISOString();
  let after: string | undefined;
  for (;;) {
    const query = {
      ...(moment === undefined ? {} : { around: moment }),
      ...{ within, limit: String(limit - entries.length) },
      ...(env === undefined ? {} : { environment: env }),
      ...(flag === undefined ? {} : { flag }),
      ...(after === undefined ? {} : { after }),
    };
    const page = await client.get('/api/v1/timeline', { query });
    entries.push(...page.entries);
    if (page.next === undefined || entries.length >= limit) return { ...page, entries };
    // The window stays the one of the first page.
    moment = page.around;
    after = page.next;
  }
}
