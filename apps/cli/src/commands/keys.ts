import type { CreateKeyRequest, KeyKind, NewKeyDocument } from '@guidon/protocol';
import { KEY_KINDS, KEY_ROLES, type KeyRole, parseKey } from '@guidon/protocol';
import { Argument, type Command, Option } from 'commander';
import { CliError } from '../cli-error.js';
import type { CommandSetup } from '../command-setup.js';
import { examplesFor } from '../examples-for.js';
import type { Io } from '../io.js';
import { describeKey, untilWhen } from '../output/describe-key.js';
import { age } from '../output/instants.js';
import { paintFor, printable } from '../output/paint.js';
import { formatTable } from '../output/table.js';
import { createServerClient, type ServerClient } from '../server/server-client.js';
import { askReason } from './ask-reason.js';
import { lookFirst } from './look-first.js';
import { readInstantOrDuration } from './read-instant.js';

interface Reasoned {
  readonly reason?: string;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  guidon keys                                   who has a key, and when it was used last
  guidon keys create server --owner "checkout service" --env production --reason "new service"
  guidon keys create web --owner shop --origin https://shop.example --reason "flags in the browser"
  guidon keys create admin --owner ada@acme.example --expires 30d --reason "on call in December"
  guidon keys rotate abc123defg --overlap 24h --reason "once a quarter"
  guidon keys revoke abc123defg --reason "it stood in a log"
`;

export function addKeys(setup: CommandSetup): void {
  const { program, io, finish } = setup;
  const keys = program
    .command('keys')
    .description('list keys, make them, change them for new ones, and end them')
    .option('--all', 'list those that work no more, too')
    .option('--json', 'print it as JSON')
    .addHelpText('after', examplesFor(io, EXAMPLES))
    .action(async (options: { all?: true; json?: true }) => {
      await list(options, io);
      finish(0);
    });
  addCreate(keys, setup);
  addRotate(keys, setup);
  addRevoke(keys, setup);
}

function addCreate(keys: Command, { io, finish }: CommandSetup): void {
  keys
    .command('create')
    .description('make a key; its text is shown once')
    .addArgument(new Argument('<kind>', 'what it may do').choices(KEY_KINDS))
    .requiredOption('--owner <who>', "an admin key: a person's e-mail; else what uses it")
    .option('--env <name>', "environment of a server or web key (default: the project's first)")
    .addOption(
      new Option(
        '--role <role>',
        'of an admin key (default: access, what guidon.yaml gives its owner)',
      ).choices(KEY_ROLES),
    )
    .option(
      '--origin <origin...>',
      'of a web key: from which pages it may be used, e.g. https://shop.example',
    )
    .option('--expires <when>', 'an instant or a time from now, e.g. 90d')
    .option('--reason <text>', 'why; asked for on a terminal')
    .addOption(jsonOption())
    .action(async (kind: KeyKind, _options: object, command: Command) => {
      const options = command.optsWithGlobals<
        Reasoned & {
          owner: string;
          env?: string;
          role?: KeyRole;
          origin?: string[];
          expires?: string;
        }
      >();
      const expiresAtMs =
        options.expires === undefined
          ? undefined
          : readInstantOrDuration(options.expires, '--expires', io.now());
      const client = createServerClient(io);
      const request: CreateKeyRequest = {
        kind,
        owner: options.owner,
        ...(options.env === undefined ? {} : { environment: options.env }),
        ...(options.role === undefined ? {} : { role: options.role }),
        ...(options.origin === undefined ? {} : { origins: options.origin }),
        ...(expiresAtMs === undefined ? {} : { expiresAt: new Date(expiresAtMs).toISOString() }),
        reason: await askReason(io, options.reason, 'What is it for?'),
      };
      tellNew(await client.post('/api/v1/keys', { body: request }), options, io);
      finish(0);
    });
}

function addRotate(keys: Command, { io, finish }: CommandSetup): void {
  keys
    .command('rotate <id>')
    .description('make a new key in the place of one, which works on for a while')
    .option('--overlap <time>', 'how long the old one works beside the new one', '24h')
    .option('--reason <text>', 'why; asked for on a terminal')
    .addOption(jsonOption())
    .action(async (id: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<Reasoned & { overlap: string }>();
      const nowMs = io.now();
      const overlapMs =
        options.overlap === '0' ? 0 : readInstantOrDuration(options.overlap, '--overlap', nowMs) - nowMs;
      const client = createServerClient(io);
      const params = { id: publicId(id) };
      const tag = await lookAtKey(client, params, { io, reason: options.reason });
      const reason = await askReason(io, options.reason, 'Why a new one?');
      const body = { overlapSeconds: Math.round(overlapMs / 1000), reason };
      const made = await client.post('/api/v1/keys/{id}/rotate', { params, body, ifMatch: tag });
      tellNew(made, options, io);
      if (options.json !== true) io.err(`Key ${publicId(id)} works for another ${options.overlap}.\n`);
      finish(0);
    });
}

function addRevoke(keys: Command, { io, finish }: CommandSetup): void {
  keys
    .command('revoke <id>')
    .description('end a key at once, on every server and open stream')
    .option('--reason <text>', 'why; asked for on a terminal')
    .addOption(jsonOption())
    .action(async (id: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<Reasoned>();
      const client = createServerClient(io);
      const params = { id: publicId(id) };
      const tag = await lookAtKey(client, params, { io, reason: options.reason });
      const reason = await askReason(io, options.reason, 'Why is it ended?');
      const key = await client.post('/api/v1/keys/{id}/revoke', { params, body: { reason }, ifMatch: tag });
      if (options.json === true) io.out(`${JSON.stringify(key, null, 2)}\n`);
      else io.out(`Revoked ${key.kind} key ${printable(key.id)} of ${printable(key.owner)}.\n`);
      finish(0);
    });
}

function lookAtKey(
  client: ServerClient,
  params: { readonly id: string },
  { io, reason }: { readonly io: Io; readonly reason: string | undefined },
): Promise<string | undefined> {
  const look = () => client.getTagged('/api/v1/keys/{id}', { params });
  return lookFirst({ look, reason, io, describe: (key) => describeKey(key, io.now()) });
}

/** `--json` may stand before or after the sub-command. */
function jsonOption(): Option {
  return new Option('--json', 'print the answer as JSON');
}

async function list(options: { all?: true; json?: true }, io: Io): Promise<void> {
  const answer = await createServerClient(io).get('/api/v1/keys');
  const keys = options.all === true ? answer.keys : answer.keys.filter(({ state }) => state === 'active');
  if (options.json === true) {
    io.out(`${JSON.stringify({ keys }, null, 2)}\n`);
    return;
  }
  const nowMs = io.now();
  const rows = keys.map((key) => [
    key.id,
    key.breakGlass === true ? 'admin (break-glass)' : [key.kind, key.role].filter(Boolean).join(' '),
    key.owner,
    key.environment ?? '-',
    key.origins?.join(' ') ?? '-',
    key.lastUsedAt === undefined ? 'never used' : `used ${age(key.lastUsedAt, nowMs)} ago`,
    untilWhen(key, nowMs),
  ]);
  io.out(formatTable(['id', 'kind', 'owner', 'environment', 'pages', 'use', 'works until'], rows));
  const over = answer.keys.length - keys.length;
  if (over > 0) io.out(`  ${over} more work no longer; --all lists them.\n`);
}

/** The text alone goes to stdout, so that it can be piped into a secret store and nowhere else. */
function tellNew(key: NewKeyDocument, options: Reasoned, io: Io): void {
  if (options.json === true) {
    io.out(`${JSON.stringify(key, null, 2)}\n`);
    return;
  }
  const paint = paintFor(io.colours);
  const where = key.environment === undefined ? '' : ` for ${printable(key.environment)}`;
  io.err(
    `${paint.bold(`New ${key.kind} key`)} ${printable(key.id)} of ${printable(key.owner)}${where}. It is shown this once:\n`,
  );
  io.out(`${key.text}\n`);
}

/** A whole key pasted by mistake is refused here, before its secret travels in a path and stands in a proxy's log. */
function publicId(id: string): string {
  if (/^[a-z0-9]{8,32}$/.test(id)) return id;
  const whole = parseKey(id);
  if (whole === undefined)
    throw new CliError(`${id} is not the id of a key; \`guidon keys\` lists them.`, { usage: true });
  throw new CliError(`That is the whole key with its secret; name it by its id: ${whole.id}.`, {
    usage: true,
  });
}
