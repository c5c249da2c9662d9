import { CliError } from '../cli-error.js';
import type { Io } from '../io.js';
import { printable } from '../output/paint.js';
import type { RolloutApi } from './rollout-api.js';

/** Which rollout a person means. */
export interface RolloutName {
  readonly flag: string;
  /** May be left out where the flag has one rollout only. */
  readonly env?: string | undefined;
}

export interface RolloutAddress {
  /** As the change feed names it. */
  readonly id: string;
  readonly flag: string;
  readonly environment: string;
}

type Asking = Pick<RolloutApi, 'list'>;

export async function locateRollout({ flag, env }: RolloutName, api: Asking): Promise<RolloutAddress> {
  if (env !== undefined) return addressOf(flag, env);
  const own = (await api.list()).filter((rollout) => rollout.flag === flag);
  const [only, second] = own;
  if (only !== undefined && second === undefined) return addressOf(flag, only.environment);
  throw new CliError(
    only === undefined
      ? `No flag ${printable(flag)} has a rollout anywhere.`
      : `Say which rollout of ${printable(flag)} is meant: --env ${own.map(({ environment }) => environment).join(' or --env ')}.`,
    { usage: true },
  );
}

function addressOf(flag: string, environment: string): RolloutAddress {
  return { id: `${environment}.${flag}`, flag, environment };
}

/** What the server has nothing of is told with what there is, since a name was mistyped most often. */
export async function orWhatThereIs<T>(
  reading: Promise<T>,
  { flag, environment }: RolloutAddress,
  { api, io }: { readonly api: Asking; readonly io: Pick<Io, 'command'> },
): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof CliError) || error.status !== 404) throw error;
    const elsewhere = (await api.list()).filter((rollout) => rollout.flag === flag);
    const hint =
      elsewhere.length === 0
        ? `\`${io.command} rollouts\` lists all there are.`
        : `It has one in ${elsewhere.map((rollout) => printable(rollout.environment)).join(', ')}.`;
    throw new CliError(`${printable(flag)} has no rollout in ${printable(environment)}. ${hint}`, {
      ...{ usage: true, code: error.code },
    });
  }
}
