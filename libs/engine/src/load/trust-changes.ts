import { canonicalJson, type Hold, inCodePointOrder, type Project, type Snapshot } from '../model/index.js';
import { protectionChanges } from './protection-changes.js';
import { SIGNERS_PATH } from './signers-file.js';

const PROJECT_PATH = 'guidon.yaml';

/**
 * Changes of who may do what and of how revisions are judged: `access`, members who come into a team, `commits`, and
 * the allowed signers, and of what protects an environment. Taking somebody out of a team is none, since it grants nothing.
 */
export function trustChanges(before: Snapshot, after: Snapshot, nowMs: number): Hold[] {
  return [
    ...accessChanges(before, after),
    ...commitsChanges(before.project, after.project),
    ...signersChanges(before, after),
    ...protectionChanges(before.project, after.project, nowMs),
  ];
}

function accessChanges(before: Snapshot, after: Snapshot): Hold[] {
  const sentences = [
    ...bindingChanges(before.project, after.project),
    ...membersGained(before.project, after.project),
    ...flagsTakenOver(before, after),
  ];
  if (sentences.length === 0) return [];
  return [{ kind: 'access-change', sentence: sentences.join(' '), paths: [PROJECT_PATH] }];
}

function bindingChanges(before: Project, after: Project): string[] {
  const old = new Set(before.access.map(canonicalJson));
  const now = new Set(after.access.map(canonicalJson));
  const added = after.access.filter((binding) => !old.has(canonicalJson(binding)));
  const removed = before.access.filter((binding) => !now.has(canonicalJson(binding)));
  const say = (verb: string, { role, team, person, group, environments }: Project['access'][number]) =>
    `It ${verb} the role ${role} for ${team ?? person ?? group} in ${environments?.join(', ') ?? 'every environment'}.`;
  return [
    ...added.map((binding) => say('adds', binding)),
    ...removed.map((binding) => say('removes', binding)),
  ];
}

/** A team that is new grants something only where a binding or an approval names it. */
function membersGained(before: Project, after: Project): string[] {
  const named = teamsWithRights(after);
  return [...after.teams].flatMap(([id, { members }]) => {
    const old = before.teams.get(id);
    if (old === undefined && !named.has(id)) return [];
    const known = new Set(old?.members);
    const gained = members.filter((member) => !known.has(member));
    return gained.length === 0 ? [] : [`It takes ${gained.join(', ')} into the team ${id}.`];
  });
}

function teamsWithRights(project: Project): ReadonlySet<string> {
  const approving = [...project.plans.values()].flatMap(({ stages }) =>
    stages.flatMap(({ approval }) => approval ?? []),
  );
  return new Set([...project.access.flatMap(({ team }) => team ?? []), ...approving]);
}

/** Otherwise a push could found a team of its own and give it somebody else's flag. */
function flagsTakenOver(before: Snapshot, after: Snapshot): string[] {
  const taken = [...before.flags.values()].filter(({ key, owner }) => {
    const now = after.flags.get(key)?.owner;
    return now !== undefined && now !== owner && !before.project.teams.has(now);
  });
  if (taken.length === 0) return [];
  const owners = inCodePointOrder(new Set(taken.map(({ key }) => after.flags.get(key)?.owner ?? '')));
  return [`It gives ${taken.length} flags to teams that are new: ${owners.join(', ')}.`];
}

function commitsChanges(before: Project, after: Project): Hold[] {
  const fields = (['signatures', 'reviews', 'rewrite'] as const).filter(
    (field) => before.commits[field] !== after.commits[field],
  );
  if (fields.length === 0) return [];
  const said = fields.map(
    (field) => `commits.${field} from ${before.commits[field]} to ${after.commits[field]}`,
  );
  return [{ kind: 'commits-change', sentence: `It changes ${said.join(', ')}.`, paths: [PROJECT_PATH] }];
}

function signersChanges(before: Snapshot, after: Snapshot): Hold[] {
  const [old, now] = [before, after].map(({ files }) => files.get(SIGNERS_PATH)?.blob);
  if (old === now) return [];
  const verb = old === undefined ? 'adds' : now === undefined ? 'deletes' : 'changes';
  const sentence = `It ${verb} ${SIGNERS_PATH}, the list of those whose signatures count.`;
  return [{ kind: 'signers-change', sentence, paths: [SIGNERS_PATH] }];
}
