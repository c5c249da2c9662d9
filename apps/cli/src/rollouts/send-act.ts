import type { RolloutAct, RolloutActDocument, RolloutDocument } from '@guidon/protocol';
import { CliError } from '../cli-error.js';
import type { ActInput, RolloutApi, TaggedRollout } from './rollout-api.js';

interface ActToSend {
  readonly api: Pick<RolloutApi, 'act' | 'read'>;
  readonly id: string;
  readonly act: RolloutAct;
  readonly body: ActInput['body'];
  /** Absent: nothing was shown, so nothing may have changed under somebody's eyes. */
  readonly shown?: TaggedRollout | undefined;
}

/** A rollout that is looked at every few seconds changes while a person types; more often than this it is refused. */
const LOOKS = 3;

/**
 * Sends an act that holds for what was shown. Where the rollout changed in nothing that decides, such as the time that it
 * has been held, it is sent again for what is there now.
 */
export async function sendAct({ api, id, act, body, shown }: ActToSend): Promise<RolloutActDocument> {
  let tag = shown?.tag;
  for (let looks = 1; ; looks += 1) {
    try {
      return await api.act(id, act, { body, tag });
    } catch (error) {
      const isOutdated = error instanceof CliError && error.code === 'precondition-failed';
      if (!isOutdated || shown === undefined) throw error;
      const now = await api.read(id);
      if (looks === LOOKS || gistOf(now.rollout) !== gistOf(shown.rollout)) throw outrun(now.rollout);
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
