import { createMongoAbility, type MongoAbility, subject as named } from '@casl/ability';
import {
  type Action,
  BREAK_GLASS_REASON,
  type Decision,
  type PermissionRule,
  type Resource,
  rulesOf,
  type Subject,
  whyRefused,
} from '@guidon/policy/permissions';

/** What is acted on, as CASL names it. */
const TARGET = 'Flag';

/** By the subject itself: whoever asks for every flag of an act asks with the same one. */
const known = new WeakMap<Subject, MongoAbility>();

/**
 * The permission table as CASL abilities. An action is asked for twice, `kill.revive` for alone and `kill.revive with-second`
 * for when somebody else agrees, since an ability knows only yes and no. Nothing is said here that the table does not say.
 */
export function abilityOf(subject: Subject): MongoAbility {
  const found = known.get(subject);
  if (found !== undefined) return found;
  const made = createMongoAbility(rulesFor(subject));
  known.set(subject, made);
  return made;
}

/** Whether somebody may do something to something, and why: what `decidePermission` says, by CASL. */
export function decideByAbility(subject: Subject, action: Action, resource: Resource): Decision {
  const ability = abilityOf(subject);
  const target = named(TARGET, { ...resource });
  const alone = ability.relevantRuleFor(nameOf(action, 'alone'), target);
  if (alone !== null) return { verdict: 'allowed', reason: alone.reason ?? '' };
  const second = ability.relevantRuleFor(nameOf(action, 'with-second'), target);
  if (second !== null) return { verdict: 'needs-second', reason: second.reason ?? '' };
  if (subject.kind === 'break-glass') throw new Error('The break-glass key may do everything.');
  return { verdict: 'refused', reason: whyRefused(subject, action, resource) };
}

/** Why somebody may do something to nothing at all; absent where it depends on what is acted on. */
export function whyNever(subject: Subject, action: Action): string | undefined {
  const ability = abilityOf(subject);
  // Asked about the kind of thing rather than about one of them, an ability leaves conditions aside.
  if (ability.can(nameOf(action, 'alone'), TARGET) || ability.can(nameOf(action, 'with-second'), TARGET))
    return undefined;
  return decideByAbility(subject, action, {}).reason;
}

function nameOf(action: Action, how: PermissionRule['how']): string {
  return how === 'alone' ? action : `${action} ${how}`;
}

/** The last rule that fits is the one that CASL tells the reason of; the table tells that of the first. */
function rulesFor(subject: Subject) {
  if (subject.kind === 'break-glass')
    return [{ action: 'manage', subject: 'all', reason: BREAK_GLASS_REASON }];
  if (subject.kind !== 'person') return [];
  return rulesOf(subject)
    .reverse()
    .map(({ action, how, conditions, reason }) => ({
      ...{ action: nameOf(action, how), subject: TARGET, reason },
      conditions: { ...conditions },
    }));
}
