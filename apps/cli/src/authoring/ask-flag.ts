import type { FlagType, Project } from '@guidon/engine/model';
import { CliError } from '../cli-error.js';
import { askValue } from '../commands/ask-value.js';
import type { Io } from '../io.js';
import { dayAhead } from './days.js';
import type { NewFlag } from './flag-files.js';
import { readVariants } from './variants.js';

/** What the options of `guidon new` may say; whatever they leave open is asked for. */
export interface FlagOptions {
  readonly type?: string;
  readonly owner?: string;
  readonly description?: string;
  readonly expires?: string;
  readonly variants?: string;
  readonly safe?: string;
  readonly on?: string;
}

const TYPES: readonly FlagType[] = ['release', 'experiment', 'ops'];
const NONE = 'none';

export async function askFlag(
  io: Io,
  options: FlagOptions,
  { project, email }: { project: Project; email: string | undefined },
): Promise<NewFlag> {
  const type = await askType(io, options.type);
  const owner = await askOwner(io, options.owner, project, email);
  const description = await askValue(io, options.description, {
    option: '--description',
    text: 'What does it do, in one sentence?',
    why: () => undefined,
  });
  const date = await askDate(io, options.expires, type, project);
  const variants = await askVariants(io, options.variants, type);
  const names = variants?.map(([name]) => name) ?? ['on', 'off'];
  const safe = await askValue(io, options.safe, {
    option: '--safe',
    text: 'Which variant is safe: served when the flag is killed or in doubt?',
    ...(names.includes('off') ? { otherwise: 'off' } : names[0] === undefined ? {} : { otherwise: names[0] }),
    why: (answer) => oneOf(answer, names, 'variant'),
  });
  const serves = await askServes(io, options.on, { project, safe, names });
  return { type, owner, description, date, ...(variants === undefined ? {} : { variants }), safe, serves };
}

async function askType(io: Io, given: string | undefined): Promise<FlagType> {
  const type = await askValue(io, given, {
    option: '--type',
    text: 'release, experiment or ops?',
    otherwise: 'release',
    why: (answer) => oneOf(answer, TYPES, 'type'),
  });
  return type as FlagType;
}

function askOwner(
  io: Io,
  given: string | undefined,
  project: Project,
  email: string | undefined,
): Promise<string> {
  const teams = [...project.teams.keys()];
  const own = [...project.teams].find(
    ([, { members }]) => email !== undefined && members.includes(email),
  )?.[0];
  const only = teams.length === 1 ? teams[0] : undefined;
  const otherwise = own ?? only;
  return askValue(io, given, {
    option: '--owner',
    text: `Which team owns it? (${teams.join(', ')})`,
    ...(otherwise === undefined ? {} : { otherwise }),
    why: (answer) => oneOf(answer, teams, 'team'),
  });
}

function askDate(io: Io, given: string | undefined, type: FlagType, project: Project): Promise<string> {
  const today = dayAhead(io.now(), 0);
  return askValue(io, given, {
    option: '--expires',
    text: type === 'ops' ? 'When is it looked at again?' : 'When does it expire?',
    otherwise: dayAhead(io.now(), project.limits.ageDays),
    why: (answer) => {
      const timeMs = /^\d{4}-\d{2}-\d{2}$/.test(answer) ? Date.parse(answer) : Number.NaN;
      if (Number.isNaN(timeMs) || dayAhead(timeMs, 0) !== answer)
        return `${answer} is no date such as ${today}.`;
      return answer > today ? undefined : `${answer} is not after today, ${today}.`;
    },
  });
}

/** Release and ops flags are on or off unless told otherwise; an experiment compares things that have names. */
async function askVariants(io: Io, given: string | undefined, type: FlagType): Promise<NewFlag['variants']> {
  const answer = await askValue(io, given, {
    option: '--variants',
    text: 'Variants, as name=value,name=value?',
    otherwise: type === 'experiment' ? 'control,treatment' : 'on,off',
    why: (text) => whyThrown(() => readVariants(text)),
  });
  return readVariants(answer);
}

/** Where it is on from the first day: nowhere that is protected, since new flags begin at their safe variant there. */
async function askServes(
  io: Io,
  given: string | undefined,
  { project, safe, names }: { project: Project; safe: string; names: readonly string[] },
): Promise<NewFlag['serves']> {
  const environments = project.environments;
  const open = environments.filter((one) => !one.protected).map(({ id }) => id);
  const other = names.find((name) => name !== safe);
  const isBoolean = names.includes('on') && safe === 'off';
  const first = open[0];
  const answer =
    !isBoolean || first === undefined
      ? (given ?? NONE)
      : await askValue(io, given, {
          option: '--on',
          text: `On from the start in which environments? (${open.join(', ')}; or ${NONE})`,
          otherwise: first,
          why: (text) =>
            listed(text)
              .map((id) => whyNotOn(id, open, project))
              .find((why) => why !== undefined),
        });
  const on = new Set(listed(answer));
  for (const id of on) {
    const why = whyNotOn(id, open, project);
    if (why !== undefined) throw new CliError(`--on: ${why}`, { usage: true });
  }
  return environments.map(
    ({ id }) => [id, on.has(id) ? (isBoolean ? 'on' : (other ?? safe)) : safe] as const,
  );
}

function listed(text: string): string[] {
  return text === NONE ? [] : text.split(',').map((part) => part.trim());
}

function whyNotOn(id: string, open: readonly string[], project: Project): string | undefined {
  if (open.includes(id)) return undefined;
  if (project.environments.some((one) => one.id === id))
    return `${id} is protected, so a new flag begins at its safe variant there.`;
  return oneOf(id, open, 'environment');
}

function oneOf(answer: string, known: readonly string[], noun: string): string | undefined {
  return known.includes(answer) ? undefined : `There is no ${noun} ${answer}; choose ${known.join(', ')}.`;
}

function whyThrown(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^--variants: /, '') : 'It cannot be read.';
  }
}
