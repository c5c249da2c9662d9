import type {
  RolloutAct,
  RolloutActDocument,
  RolloutDocument,
  RolloutFeedDocument,
  RolloutSummary,
} from '@guidon/protocol';
import { CliError } from '../cli-error.js';
import type { Io } from '../io.js';
import { createServerClient } from '../server/server-client.js';

/** A rollout with the tag by which acts can be bound to what was read. */
export interface TaggedRollout {
  readonly rollout: RolloutDocument;
  readonly tag: string | undefined;
}

/** What the server is asked about rollouts. Every failure is a `CliError` with one sentence. */
export interface RolloutApi {
  list(): Promise<readonly RolloutSummary[]>;
  read(id: string): Promise<TaggedRollout>;
  /** What happened after the cursor; waits so long for something to happen. */
  events(after: number, waitSeconds: number): Promise<RolloutFeedDocument>;
  act(id: string, act: RolloutAct, how: ActInput): Promise<RolloutActDocument>;
}

export interface ActInput {
  readonly body: { readonly reason: string };
  /** Given, it is refused when the rollout has moved since. */
  readonly tag?: string | undefined;
}

export function createRolloutApi(io: Io, options: { readonly timeoutMs?: number } = {}): RolloutApi {
  const client = createServerClient(io, options);
  return {
    async list() {
      try {
        return (await client.get('/api/v1/rollouts')).rollouts;
      } catch (error) {
        throw ofEarlierServer(error);
      }
    },
    async read(id) {
      const { body, tag } = await client.getTagged('/api/v1/rollouts/{id}', { params: { id } });
      return { rollout: body, tag };
    },
    events: (after, wait) =>
      client.get('/api/v1/rollouts/events', { query: { after: String(after), wait: String(wait) } }),
    // All acts answer alike; bodies of resume and approve have more, which the caller knows.
    act: (id, act, { body, tag }) =>
      client.post(`/api/v1/rollouts/{id}/${act}` as '/api/v1/rollouts/{id}/pause', {
        ...{ params: { id }, body, ifMatch: tag },
      }),
  };
}

function ofEarlierServer(error: unknown): unknown {
  if (!(error instanceof CliError) || error.code !== 'not-found') return error;
  return new CliError('This server is of an earlier version, which moves no rollouts.', {
    code: 'not-found',
  });
}
