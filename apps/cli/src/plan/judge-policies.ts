import { type FlagChange, whyFrozen } from '@guidon/engine/diff';
import { measuredJumps } from '@guidon/engine/impact';
import { completesRollout, wayBackName } from '@guidon/engine/load';
import type { Finding, Flag, Project, Segment, Snapshot } from '@guidon/engine/model';
import { fixOf } from '../output/finding-advice.js';
import type { Estimated } from './estimate.js';
import { instant, listed, measuredPercent } from './figures.js';
import type { Revisions } from './load-revisions.js';
import type { Measured } from './measure.js';
import type { PlanBlock, PlanWaived } from './plan-document.js';

export interface Judged {
  readonly revisions: Revisions;
  readonly wanted: Snapshot;
  readonly changes: readonly FlagChange[];
  readonly measured?: Measured | undefined;
  readonly estimated?: Estimated | undefined;
  /** From `findBack`, by `wayBackName`: what only goes back to what was live. */
  readonly back?: ReadonlySet<string> | undefined;
  readonly nowMs: number;
  /** Where `guidon.yaml` lies, as a reader would open it. */
  readonly prefix: string;
}

/** What stands in the way of a change (errors of the files first, then what is measured, then freezes), and what is waived. */
export function judgePolicies(judged: Judged): { blocks: PlanBlock[]; waived: PlanWaived[] } {
  const errors = judged.revisions.judged.findings.filter(({ severity }) => severity === 'error');
  // What a policy refuses is no fault of the file and comes after those that are.
  const [faults, refusals] = [errors.filter(isFault), errors.filter((finding) => !isFault(finding))];
  const refused = refusals.map((finding) => findingBlock(finding, judged));
  // What the file shows by itself need not be said a second time because it was measured too.
  const told = new Set(refused.map(({ flag, environment }) => `${environment}/${flag}`));
  const waived = judged.revisions.judged.waived.filter((one) => !isFault(one));
  const jumps = jumpBlocks(judged);
  const measured = jumps.filter(({ flag, environment }) => !told.has(`${environment}/${flag}`));
  return {
    blocks: [
      ...faults.map((finding) => findingBlock(finding, judged)),
      ...refused,
      ...measured.filter(({ flag }) => reasonOf(flag, judged) === undefined),
      ...freezeBlocks(judged),
    ],
    waived: [
      ...waived.map(({ code, flag, reason, sentence }) => ({ code, flag, reason, sentence })),
      ...measured.flatMap(({ flag = '', sentence }) => {
        const reason = reasonOf(flag, judged);
        // One waiver, said once.
        const isTold = waived.some((one) => one.flag === flag && one.code === 'percent-jump');
        return reason === undefined || isTold ? [] : [{ code: 'percent-jump', flag, reason, sentence }];
      }),
    ],
  };
}

/** Why a flag may jump. */
function reasonOf(flag: string | undefined, { wanted }: Judged): string | undefined {
  return wanted.flags.get(flag ?? '')?.waive.get('percent-jump');
}

/** Errors of files alone, for a revision of which nothing can be compared. */
export function faultsOf(findings: readonly Finding[]): PlanBlock[] {
  return findings.filter(({ severity }) => severity === 'error').map(blockOf);
}

function isFault({ code }: { readonly code: string }): boolean {
  return code !== 'percent-jump' && code !== 'new-flag-live';
}

function blockOf(finding: Finding): PlanBlock {
  const { code, sentence, path, line, column } = finding;
  const fix = fixOf(finding);
  return { code, sentence, path, line, column, ...(fix === undefined ? {} : { fix }) };
}

function findingBlock(finding: Finding, judged: Judged): PlanBlock {
  if (isFault(finding)) return blockOf(finding);
  const { project } = judged.revisions.before;
  const flag = flagAt(judged.wanted, finding.path);
  const environment = /^\/environments\/([^/]+)/.exec(finding.pointer)?.[1];
  const isJump = finding.code === 'percent-jump';
  return {
    ...blockOf(finding),
    ...(flag === undefined ? {} : { flag: flag.key }),
    ...(environment === undefined ? {} : { environment }),
    policy: isJump ? jumpPolicy(judged) : 'a new flag begins at its safe variant where that is protected',
    fix: instead(isJump ? 'percent-jump' : 'new-flag-live', project),
  };
}

function flagAt({ flags }: Snapshot, path: string): Flag | undefined {
  return [...flags.values()].find((flag) => flag.path === path);
}

function instead(code: string, { plans }: Project): string {
  const names = listed([...plans.keys()], 'or', 4);
  const plan = names === '' ? 'a plan of its own' : `a plan (${names})`;
  const first = code === 'percent-jump' ? '' : 'Let it serve safe there first; then go on by a rollout: ';
  return `${first}${first === '' ? 'Go' : 'go'} by a rollout, which grows in steps and is watched: \`rollout: { to: …, plan: … }\` with ${plan}. Where the step is meant, say why: \`waive: { ${code}: <reason> }\`.`;
}

/** Which policy, how it is set, and where. */
function jumpPolicy({ revisions, prefix }: Judged): string {
  const { jumpPoints } = revisions.before.project.limits;
  return `limits.jumpPoints is ${jumpPoints} (${placeOf('jumpPoints', revisions, prefix)})`;
}

/** Where a setting of the base stands; the change may have moved it, or have taken it out. */
function placeOf(setting: string, { files, comparison }: Revisions, prefix: string): string {
  const path = prefix === '' ? 'guidon.yaml' : `${prefix}/guidon.yaml`;
  const now = files.find((file) => file.path === 'guidon.yaml');
  const file = comparison.projectFile ?? now;
  const where = file?.blob === now?.blob ? '' : ' on the base';
  const lines = file?.bytes === undefined ? [] : new TextDecoder().decode(file.bytes).split('\n');
  const index = lines.findIndex((line) => line.includes(`${setting}:`) && !line.trimStart().startsWith('#'));
  return index < 0 ? `${path}${where} says nothing, so the default holds` : `${path}:${index + 1}${where}`;
}

/** `limits.jumpPoints` asked of people: what `percent-jump` cannot see, since it knows no condition's reach. */
function jumpBlocks(judged: Judged): PlanBlock[] {
  const { revisions, wanted } = judged;
  if (revisions.comparison.input.previous === undefined) return [];
  const { before } = revisions;
  const guarded = before.project.environments.filter((one) => one.protected).map(({ id }) => id);
  return guarded.flatMap((environment) =>
    replaysIn(environment, judged).flatMap(({ of, ...one }): PlanBlock[] => {
      const [old, now] = [before.flags.get(one.flag), wanted.flags.get(one.flag)];
      // A new flag must serve safe there, which is a rule of its own.
      if (old === undefined || now === undefined || goesBack(now, environment, judged)) return [];
      // A server knows how far a rollout has come and judges by it; here it is told in words and blocks nothing.
      if (completesRollout(old, now, environment)) return [];
      const jumps = measuredJumps(one, { safe: old.safe, jumpPoints: before.project.limits.jumpPoints });
      return jumps.map(({ variant, from, to }) => ({
        code: 'measured-jump',
        sentence: `${now.key} in the protected environment ${environment}: "${variant}" goes from ${measuredPercent(from)} to ${measuredPercent(to)} of ${of} at once.`,
        policy: jumpPolicy(judged),
        fix: instead('percent-jump', before.project),
        path: now.path,
        flag: now.key,
        environment,
      }));
    }),
  );
}

/** What is known of exposures, by contexts where there are any of the flag, else by a server's counts. */
function replaysIn(environment: string, { measured, estimated }: Judged) {
  const replayed = measured?.replays.get(environment);
  return [
    ...[...(replayed?.values() ?? [])].map((one) => ({ ...one, of: 'the contexts' })),
    ...[...(estimated?.get(environment)?.values() ?? [])]
      .filter(({ replay }) => replayed?.has(replay.flag) !== true)
      .map(({ replay }) => ({ ...replay, of: 'its evaluations, by the counts of the server,' })),
  ];
}

/** Nothing but ways back: what a revert brings back passes, as in `percent-jump`. */
function goesBack(flag: Flag, environment: string, { revisions, wanted, back }: Judged): boolean {
  const { before } = revisions;
  const isChanged = ({ path }: Flag | Segment) =>
    wanted.files.get(path)?.blob !== before.files.get(path)?.blob;
  const flags = [flag, ...flag.requires.flatMap((one) => wanted.flags.get(one.flag) ?? [])].filter(isChanged);
  const segments = [...wanted.segments.values()].filter(isChanged);
  const names = [
    ...flags.map(({ key }) => wayBackName('flag', key, environment)),
    ...segments.map(({ key }) => wayBackName('segment', key)),
  ];
  return names.length > 0 && names.every((name) => back?.has(name) === true);
}

/** By what a server would hold back; the freezes are those of the base, since no change may lift one for itself. */
function freezeBlocks({ revisions, wanted, changes, nowMs, prefix }: Judged): PlanBlock[] {
  const { before, comparison } = revisions;
  if (comparison.input.previous === undefined) return [];
  return before.project.environments.flatMap(({ id }): PlanBlock[] => {
    const question = { project: before.project, environment: id, nowMs, before, after: wanted, changes };
    const frozen = whyFrozen(question);
    if (frozen === undefined) return [];
    const { freeze, moved } = frozen;
    return [
      {
        code: 'freeze',
        sentence: `${id} is frozen until ${instant(freeze.toMs)} (${freeze.reason}), and ${listed(moved, 'and')} would change there other than toward safe.`,
        policy: `environments.${id}.freeze (${placeOf('freeze', revisions, prefix)})`,
        fix: 'Wait until the freeze is over, or leave that environment out of the change. What only moves toward safe passes.',
        environment: id,
      },
    ];
  });
}
