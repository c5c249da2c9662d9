import type { RolloutAct, RolloutActDocument, RolloutDocument } from '@guidon/protocol';
import { CliError } from '../cli-error.js';
import type { ServerClient } from '../server/server-client.js';
import type { RolloutAddress } from './locate-rollout.js';

/** What a person was shown before deciding. */
export interface Shown {
  readonly rollout: RolloutDocument;
  readonly tag: string | undefined;
}

interface ActToSend {
  readonly client: Pick<ServerClient, 'post' | 'getTagged'>;
  readonly address: RolloutAddress;
  readonly act: RolloutAct;
  readonly body: object;
  /** Absent: nothing was shown, so nothing may have changed under somebody's eyes. */
  readonly shown?: Shown | undefined;
}

/** A rollout that is looked at every few seconds changes while a person types; more often than this it is refused. */
const LOOKS = 3;

/**
 * Sends an act that holds for what was shown. Where the rollout changed in nothing that decides, such as the time that it
 * has been held, it is sent again for what is there now.
 */
export async function sendAct({ client, address, act, body, shown }: ActToSend): Promise<RolloutActDocument> {
  const path = `${address.path}/${act}`;
  let tag = shown?.tag;
  for (let looks = 1; ; looks += 1) {
    try {
      return await client.post<RolloutActDocument>(path, body, tag);
    } catch (error) {
      const isOutdated = error instanceof CliError && error.code === 'precondition-failed';
      if (!isOutdated || shown === undefined) throw error;
      const now = await client.getTagged<RolloutDocument>(address.path);
      if (looks === LOOKS || gistOf(now.body) !== gistOf(shown.rollout)) throw outrun(now.body);
      tag = now.tag;
    }
  }
}

/** What a person decides by. */
function gistOf({ phase, run, stage, killed, alarm, offered, plan }: RolloutDocument): string {
  return JSON.stringify([phase, run, stage, killed, alarm?.guard, alarm?.since, offered?.hash, plan.hash]);
}

function outrun({ reason }: RolloutDocument): CliError {
  return new CliError(
    `Nothing was done, because the rollout has moved since you looked: ${reason} Look again, then decide.`,
    { code: 'precondition-failed' },
  );
}
