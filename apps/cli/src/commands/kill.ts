import type { KillScope, PressAnswer, PressRequest } from '@guidon/protocol';
import { resolveCommit } from '../checkout/resolve-commit.js';
import { CliError } from '../cli-error.js';
import type { CommandSetup } from '../command-setup.js';
import { examplesFor } from '../examples-for.js';
import type { Io } from '../io.js';
import { describeTargets } from '../output/describe-targets.js';
import { timeUntil } from '../output/instants.js';
import { paintFor } from '../output/paint.js';
import { count } from '../output/table.js';
import type { View } from '../output/view.js';
import { createServerClient } from '../server/server-client.js';
import { askReason } from './ask-reason.js';
import { readInstantOrDuration } from './read-instant.js';

interface KillOptions {
  readonly tag?: string;
  readonly team?: string;
  readonly commit?: string;
  readonly rollouts?: true;
  readonly all?: true;
  readonly env?: readonly string[];
  readonly reason?: string;
  readonly expires?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

const DURABILITY = {
  database: 'written to the database',
  journal: "kept in this server's journal until the database is back",
  'journal+peers': "kept in this server's and its peers' journals until the database is back",
} as const;

const EXAMPLES = `
Examples:
  guidon kill new-checkout --env production --reason "payments fail since 14:05"
  guidon kill --tag checkout --env all --reason "basket service is down" --dry-run
  guidon kill --rollouts --env production --reason "error rate rises, cause unknown"
  guidon kill search-ranking --env staging --expires 2h --reason "load test"
`;

export function addKill({ program, io, finish }: CommandSetup): void {
  program
    .command('kill [flag]')
    .description('press the red button: serve the safe variant at once')
    .option('--tag <tag>', 'every flag with this tag')
    .option('--team <team>', 'every flag that this team owns')
    .option(
      '--commit <id>',
      'every flag whose file this commit changed: an id, or HEAD and the like in a checkout',
    )
    .option('--rollouts', 'every flag that has a rollout in the environment')
    .option('--all', 'every flag but the essential ones')
    .option('--env <environment>', 'where (may be repeated), or all', collect)
    .option('--reason <text>', 'why; asked for on a terminal')
    .option(
      '--expires <when>',
      'an instant or a time from now (30m, 2h); lifts it in unprotected environments',
    )
    .option('--dry-run', 'only tell what would be switched off')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', examplesFor(io, EXAMPLES))
    .action(async (flag: string | undefined, options: KillOptions) => {
      await kill(flag, options, io);
      finish(0);
    });
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...value.split(',').filter((name) => name !== '')];
}

async function kill(flag: string | undefined, options: KillOptions, io: Io): Promise<void> {
  const scope = await withCommitId(scopeOf(flag, options), io.cwd);
  const environments = environmentsOf(options.env ?? []);
  const client = createServerClient(io);
  const expiresAtMs =
    options.expires === undefined ? undefined : readInstantOrDuration(options.expires, '--expires', io.now());
  const request: PressRequest = {
    scope,
    environments,
    reason: await askReason(io, options.reason, 'Why is it switched off?'),
    ...(expiresAtMs === undefined ? {} : { expiresAt: new Date(expiresAtMs).toISOString() }),
    ...(options.dryRun === true ? { dryRun: true } : {}),
  };
  const answer = await client.post('/api/v1/red-button', { body: request });
  if (options.json === true) io.out(`${JSON.stringify(answer, null, 2)}\n`);
  else io.out(describePress(answer, { paint: paintFor(io.colours), command: io.command, nowMs: io.now() }));
}

/** Exactly one scope: a button that guesses what was meant is worse than one that asks again. */
export function scopeOf(flag: string | undefined, options: Omit<KillOptions, 'env'>): KillScope {
  const scopes: KillScope[] = [
    ...(flag === undefined ? [] : [{ flag }]),
    ...(options.tag === undefined ? [] : [{ tag: options.tag }]),
    ...(options.team === undefined ? [] : [{ team: options.team }]),
    ...(options.commit === undefined ? [] : [{ commit: options.commit }]),
    ...(options.rollouts === true ? [{ rollouts: true } as const] : []),
    ...(options.all === true ? [{ all: true } as const] : []),
  ];
  const [scope, second] = scopes;
  if (scope === undefined) {
    throw new CliError('Say what: a flag, or --tag, --team, --commit, --rollouts or --all.', { usage: true });
  }
  if (second !== undefined) {
    throw new CliError('Say one thing: a flag, --tag, --team, --commit, --rollouts or --all.', {
      usage: true,
    });
  }
  return scope;
}

async function withCommitId(scope: KillScope, cwd: string): Promise<KillScope> {
  return 'commit' in scope ? { commit: await resolveCommit(scope.commit, cwd) } : scope;
}

function environmentsOf(names: readonly string[]): readonly string[] | 'all' {
  if (names.length === 0) {
    throw new CliError('Say where: --env production, or --env all.', { usage: true });
  }
  if (!names.includes('all')) return [...new Set(names)];
  if (names.length === 1) return 'all';
  throw new CliError('--env all stands alone.', { usage: true });
}

/** What was switched off where, how safely it is written, how far it got, and how to undo it. */
export function describePress(answer: PressAnswer, { paint, command, nowMs }: View): string {
  const { targets, dryRun } = answer;
  const flags = count(new Set(targets.map(({ flag }) => flag)).size, 'flag');
  const environments = count(new Set(targets.map(({ environment }) => environment)).size, 'environment');
  const lines = [
    `${paint.bold(`${dryRun ? 'Would switch off' : 'Switched off'} ${flags}`)} in ${environments}; safe is served there ${dryRun ? 'then' : 'now'}:`,
    ...describeTargets(targets).map((line) => `  ${line}`),
  ];
  if (dryRun) return toText([...lines, 'Nothing was changed (dry run).']);
  lines.push(
    `Durability: ${durabilityOf(answer)}.`,
    `Reach: ${count(answer.reach.replicas, 'replica')}, ${count(answer.reach.streams, 'open stream')}.`,
  );
  if (answer.expiresAt !== undefined) {
    lines.push(
      `Expires: in ${timeUntil(answer.expiresAt, nowMs)} (${answer.expiresAt}) in unprotected environments; elsewhere a person revives it.`,
    );
  }
  lines.push(`To switch it on again: ${command} revive ${answer.id ?? ''} --reason "why it is safe again"`);
  return toText(lines);
}

function durabilityOf({ durability = 'database' }: PressAnswer): string {
  return `${durability}, ${DURABILITY[durability] ?? 'see the documentation'}`;
}

function toText(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
