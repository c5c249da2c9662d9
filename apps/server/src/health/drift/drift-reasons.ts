import type { DriftDocument, DriftEnvironment, RemovedEnvironment } from '@guidon/protocol';
import type { DriftFacts } from './drift-facts.js';

const short = (commit: string): string => commit.slice(0, 12);

type Parts = Pick<DriftDocument, 'environments' | 'replicas' | 'instances'> & {
  readonly removed: readonly RemovedEnvironment[];
};

/** One sentence for each difference between Git and what is served; none when there is none. */
export function driftReasons(
  facts: DriftFacts,
  { environments, removed, replicas, instances }: Parts,
): string[] {
  const { sync, record } = facts;
  const frozen = record?.frozen.length ?? 0;
  const standing = facts.kills.filter(({ revival }) => revival === undefined).length;
  const late = replicas.filter(({ behind }) => behind);
  const bad = instances.lagging.filter(({ result }) => result !== undefined && result !== 'applied');
  return [
    sync.lastError === undefined ? '' : `Git cannot be followed: ${sync.lastError}`,
    record === undefined || sync.head === undefined || sync.head === record.commit
      ? ''
      : `The branch is at ${short(sync.head)}, which has not been judged yet; ${short(record.commit)} was the last.`,
    record?.state === 'rejected' ? `The newest commit ${short(record.commit)} was refused as a whole.` : '',
    ...(record?.state === 'held'
      ? record.holds.map(({ sentence }) => `${short(record.commit)} is held: ${sentence}`)
      : []),
    frozen === 0
      ? ''
      : `${frozen} ${frozen === 1 ? 'file stays at its' : 'files stay at their'} last good version.`,
    ...environments.flatMap(waitingReasons),
    ...removed.flatMap(removedReasons),
    standing === 0 ? '' : `${standing} ${standing === 1 ? 'kill is' : 'kills are'} in force.`,
    ...facts.ended.map(({ sentence }) => sentence),
    ...late.map(({ id }) => `The server ${id} serves an older generation than the database knows.`),
    bad.length === 0 ? '' : `${bad.length} SDK instances refused the ruleset that they were given.`,
  ].filter((reason) => reason !== '');
}

/** Where nobody lives with it any more, there is nothing left that differs. */
function removedReasons({ environment, streams = 0 }: RemovedEnvironment): string[] {
  if (streams === 0) return [];
  const hold = streams === 1 ? '1 stream still holds' : `${streams} streams still hold`;
  return [`${environment} is no longer in guidon.yaml; ${hold} what it served last.`];
}

function waitingReasons({ environment, wave, waiting, held }: DriftEnvironment): string[] {
  const running =
    wave === undefined
      ? []
      : [
          `${environment}: ${short(wave.revision)} is in stage ${wave.stage} of ${wave.stages} of the wave ${wave.id}.`,
        ];
  const behind = (waiting?.sentences ?? []).map((sentence) => `${environment}: ${sentence}`);
  // What is held is told once, with the revision.
  const back =
    held?.why === 'rolled-back'
      ? [`${environment}: ${short(held.revision)} was taken back: ${held.sentences.join(' ')}`]
      : [];
  return [...running, ...behind, ...back];
}
