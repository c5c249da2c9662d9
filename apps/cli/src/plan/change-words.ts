import type { EnvironmentChange, FlagChange } from '@guidon/engine/diff';
import type { Flag, FlagEnvironment, JsonValue, Outcome, Rule, Snapshot } from '@guidon/engine/model';
import { people } from './condition-words.js';
import { detailWords } from './detail-words.js';
import { listed, percent, variant } from './figures.js';
import type { PlanLine } from './plan-document.js';
import { rolloutWords } from './rollout-words.js';

/** Both versions of a flag, and what they may name. */
export interface Sides {
  readonly before: Snapshot;
  readonly after: Snapshot;
}

/** What an outcome gives: `"on"`, or `"on" 10 %, "off" 90 %`. */
function outcomeWords(outcome: Outcome): string {
  if ('serve' in outcome) return variant(outcome.serve);
  const { arms, total } = outcome.split;
  return arms.map(([name, weight]) => `${variant(name)} ${percent((weight / total) * 100)}`).join(', ');
}

/** What people or everyone get of an outcome: `get "on"`, `is split over "a" 50 %, "b" 50 %`. */
function getWords(outcome: Outcome, whom: 'people' | 'everyone'): string {
  const [get, split] = whom === 'people' ? ['get', 'are split over'] : ['gets', 'is split over'];
  return `${'serve' in outcome ? get : split} ${outcomeWords(outcome)}`;
}

/** What concerns a flag everywhere. */
export function flagWords(change: FlagChange, sides: Sides): string | undefined {
  const flag = sides.after.flags.get(change.flag);
  switch (change.kind) {
    case 'flag-removed':
      return 'The flag goes: applications that still ask for it get the default in their code.';
    case 'archived':
      return `The flag is archived: everybody gets ${variant(change.serve)}, everywhere.`;
    case 'unarchived':
      return 'The flag is no longer archived.';
    case 'safe':
      return `What is served when the flag is killed or in doubt: ${variant(change.from)} → ${variant(change.to)}.`;
    case 'variants':
      return variantWords(change, flag);
    case 'requires':
      return requirementWords(flag);
    case 'details':
      return detailWords(change.fields, sides.before.flags.get(change.flag), flag);
    default:
      return undefined;
  }
}

function variantWords(change: Extract<FlagChange, { kind: 'variants' }>, flag: Flag | undefined): string {
  const textOf = (name: string) => shortJson(flag?.variants.find((one) => one.name === name)?.value ?? null);
  return [
    ...change.added.map((name) => `New variant ${variant(name)} = ${textOf(name)}.`),
    ...change.removed.map((name) => `The variant ${variant(name)} goes.`),
    ...change.changed.map(
      (name) => `The variant ${variant(name)} is now ${textOf(name)}: whoever gets it gets that.`,
    ),
  ].join(' ');
}

function shortJson(value: JsonValue): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function requirementWords(flag: Flag | undefined): string {
  if (flag === undefined || flag.requires.length === 0) return 'It no longer requires other flags.';
  const wanted = flag.requires.map((one) => `${one.flag} to be ${listed(one.variants.map(variant), 'or')}`);
  return `It requires ${listed(wanted, 'and')}; where that is not so everybody gets ${variant(flag.safe)}.`;
}

/** What concerns one environment. Rules that only change their share or outcome are left to the shares. */
export function environmentWords(change: EnvironmentChange, sides: Sides): PlanLine | undefined {
  const before = sides.before.flags.get(change.flag)?.environments.get(change.environment);
  const after = sides.after.flags.get(change.flag)?.environments.get(change.environment);
  switch (change.kind) {
    case 'rule-added':
      return ruleLine(change, `New rule ${change.rule}: ${ruleWords(ruleOf(after, change.rule))}.`);
    case 'rule-removed':
      return ruleLine(change, `Rule ${change.rule} goes: ${goneWords(ruleOf(before, change.rule))}.`);
    case 'rule-moved':
      return ruleLine(
        change,
        `Rule ${change.rule} is asked in another place of the order, and the first that fits wins.`,
      );
    case 'rule-condition':
      return ruleLine(change, conditionWords(ruleOf(before, change.rule), ruleOf(after, change.rule)));
    case 'rollout':
      return { kind: 'rollout', text: rolloutWords(change, after) };
    case 'segment':
      return {
        kind: 'segment',
        text: `The segment ${change.segment}, which it asks for, takes other people.`,
      };
    default:
      return undefined;
  }
}

function ruleLine({ kind, rule }: { kind: string; rule: string }, text: string): PlanLine {
  return { kind, rule, text };
}

function ruleOf(environment: FlagEnvironment | undefined, id: string): Rule | undefined {
  return environment?.rules.find((rule) => rule.id === id);
}

/** `12.5 % of people whose … get on`. */
function ruleWords(rule: Rule | undefined): string {
  if (rule === undefined) return 'it has no words';
  const share = rule.share === undefined ? '' : `${percent(rule.share.parts / 1000)} of `;
  return `${share}${people(rule.when)} ${getWords(rule.outcome, 'people')}`;
}

function goneWords(rule: Rule | undefined): string {
  return rule === undefined ? 'it has no words' : `${people(rule.when)} get what the lines below say`;
}

function conditionWords(before: Rule | undefined, after: Rule | undefined): string {
  if (before === undefined || after === undefined) return 'A rule takes other people.';
  return `Rule ${after.id} takes other people. Before: ${people(before.when)}. Now: ${people(after.when)}. They ${getWords(after.outcome, 'people')}.`;
}

/** What a new flag serves in an environment, rule by rule. */
export function newFlagLines(environment: FlagEnvironment): PlanLine[] {
  return [
    ...environment.rules.map(
      (rule): PlanLine => ({ kind: 'new', rule: rule.id, text: `Rule ${rule.id}: ${ruleWords(rule)}.` }),
    ),
    ...(environment.rollout === undefined
      ? []
      : [{ kind: 'new', text: rolloutWords({ from: undefined, to: environment.rollout }, environment) }]),
    {
      kind: 'new',
      text: `${environment.rules.length === 0 ? 'Everyone' : 'Everyone else'} ${getWords(environment.rest, 'everyone')}.`,
    },
  ];
}
