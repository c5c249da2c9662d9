import { ALL_METRICS, type LabelValues, type MetricDeclaration } from '@guidon/protocol/metrics';

export interface Sample {
  readonly name: string;
  readonly labels: { readonly [label: string]: string };
  readonly value: number;
}

/** What a server told when it was scraped. */
export interface Exposition {
  readonly types: ReadonlyMap<string, string>;
  readonly helps: ReadonlyMap<string, string>;
  readonly samples: readonly Sample[];
}

/** Names that the project declares: the only ones that may be label values beside closed lists. */
export interface ProjectNames {
  readonly environment: readonly string[];
  readonly flag: readonly string[];
  readonly variant: readonly string[];
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/** Reads the text format of Prometheus; throws at a line that is none. */
export function parseExposition(text: string): Exposition {
  const types = new Map<string, string>();
  const helps = new Map<string, string>();
  const samples: Sample[] = [];
  for (const line of text.split('\n').filter((one) => one.trim() !== '')) {
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (keyword !== undefined) (keyword === 'TYPE' ? types : helps).set(name, rest);
    else samples.push(sampleOf(line));
  }
  return { types, helps, samples };
}

function sampleOf(line: string): Sample {
  const [, name, labels = '', value] = SAMPLE.exec(line) ?? [];
  if (name === undefined) throw new Error(`This is no line of an exposition: ${line}`);
  return {
    name,
    labels: Object.fromEntries([...labels.matchAll(LABEL)].map(([, key, text]) => [key, text])),
    value: Number(value),
  };
}

/** Everything that the exposition tells and the catalogue does not, and what it should tell and does not. */
export function whyUndeclared(told: Exposition, project: ProjectNames): string[] {
  const problems = new Set<string>();
  for (const [name, type] of told.types) {
    const declared = ALL_METRICS.get(name);
    if (declared === undefined) problems.add(`${name} is not declared`);
    else if (declared.type !== type) problems.add(`${name} is a ${type}, declared as ${declared.type}`);
    else if (declared.planned === true) problems.add(`${name} is told, and still declared as planned`);
  }
  for (const sample of told.samples)
    for (const problem of whySampleIsWrong(sample, project)) problems.add(problem);
  return [...problems];
}

/** Those that are declared for every server and have no value. */
export function missing(told: Exposition): string[] {
  const valued = new Set(told.samples.map(({ name }) => familyOf(name)));
  return [...ALL_METRICS]
    .filter(([name, { planned }]) => planned !== true && !valued.has(name))
    .map(([name]) => name);
}

function familyOf(name: string): string {
  const family = name.replace(/_(bucket|sum|count)$/, '');
  return ALL_METRICS.get(family)?.type === 'histogram' ? family : name;
}

function whySampleIsWrong({ name, labels }: Sample, project: ProjectNames): string[] {
  const declared = ALL_METRICS.get(familyOf(name));
  if (declared === undefined) return [`${name} is not declared`];
  return Object.entries(labels)
    .filter(([label]) => !(label === 'le' && declared.type === 'histogram'))
    .flatMap(([label, value]) => whyLabelIsWrong({ name, declared, label, value }, project));
}

interface LabelSeen {
  readonly name: string;
  readonly declared: MetricDeclaration;
  readonly label: string;
  readonly value: string;
}

function whyLabelIsWrong({ name, declared, label, value }: LabelSeen, project: ProjectNames): string[] {
  const values = declared.labels[label];
  if (values === undefined) return [`${name} has the label ${label}, which is not declared`];
  return isAllowed(values, value, { label, project })
    ? []
    : [`${name} has ${label}="${value}", which nothing declares`];
}

function isAllowed(
  values: LabelValues,
  value: string,
  { label, project }: { readonly label: string; readonly project: ProjectNames },
): boolean {
  if (!('from' in values)) return values.includes(value);
  if (values.also?.includes(value) === true) return true;
  if (values.from === 'store') return /^\d+$/.test(value);
  if (values.from === 'node') return /^[\w.]+$/.test(value);
  return (project[label as keyof ProjectNames] ?? []).includes(value);
}
