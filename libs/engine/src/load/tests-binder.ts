import { parseAddress } from '../compile/address.js';
import type { Attribute, Flag, FlagTestCase, FlagTests, JsonValue, Project } from '../model/index.js';
import type { RawTestCase, RawTestFile } from '../schema/test-schema.js';
import { instantMs } from './attribute-values.js';
import { attributeNamed, type Binding, newBinding, report, reportUnknown, TYPE_NOUNS } from './binding.js';
import { checkVariant } from './percentages.js';
import { type Path, shown } from './problem.js';

export interface BoundTests extends Binding {
  readonly tests: FlagTests;
}

interface TestFile {
  readonly path: string;
  readonly caseLines: readonly number[];
  readonly flag: Flag;
}

/** A test file against its flag and project (sentence 40). */
export function bindTests(project: Project, file: TestFile, raw: RawTestFile): BoundTests {
  const binding = newBinding(project);
  const names = new Set<string>();
  const cases = raw.cases.map((one, index) => {
    const at = ['cases', index];
    if (names.has(one.name)) {
      const sentence = `There are two cases named ${shown(one.name)}.`;
      report(binding, { at: [...at, 'name'], code: 'test-name-repeated', sentence });
    }
    names.add(one.name);
    return bindCase(binding, at, one, { ...file, line: file.caseLines[index] ?? 1 });
  });
  return { ...binding, tests: { path: file.path, cases } };
}

function bindCase(
  binding: Binding,
  at: Path,
  raw: RawTestCase,
  file: TestFile & { line: number },
): FlagTestCase {
  const context = (raw.context ?? {}) as { [name: string]: JsonValue };
  checkContext(binding, [...at, 'context'], context, '');
  const nowMs = raw.now === undefined ? undefined : instantMs(raw.now);
  if (raw.now !== undefined && nowMs === undefined) {
    const sentence = `${shown(raw.now)} is a day or time that does not exist.`;
    report(binding, { at: [...at, 'now'], code: 'bad-format', sentence });
  }
  if (raw.stage !== undefined) checkStage(binding, [...at, 'stage'], raw, file.flag);
  for (const [flag, variant] of Object.entries(raw.flags ?? {})) {
    binding.references.push({ to: 'flag', key: flag, variants: [variant], at: [...at, 'flags', flag] });
  }
  return {
    name: raw.name,
    context,
    ...(nowMs === undefined ? {} : { nowMs }),
    ...(raw.stage === undefined ? {} : { stage: raw.stage }),
    flags: new Map(Object.entries(raw.flags ?? {})),
    expect: bindExpect(binding, [...at, 'expect'], raw.expect, file.flag),
    line: file.line,
  };
}

function bindExpect(
  binding: Binding,
  at: Path,
  raw: RawTestCase['expect'],
  flag: Flag,
): FlagTestCase['expect'] {
  const known = binding.project.environments.map(({ id }) => id);
  const variants: ReadonlySet<string> = new Set(flag.variants.map(({ name }) => name));
  const expect = new Map<string, { variant: string; rule?: string }>();
  for (const [id, value] of Object.entries(raw)) {
    if (!known.includes(id)) {
      reportUnknown(binding, [...at, id], {
        code: 'unknown-environment',
        noun: 'environment',
        wrong: id,
        known,
        onKey: true,
      });
    }
    const { variant, rule } = typeof value === 'string' ? { variant: value, rule: undefined } : value;
    checkVariant(
      binding,
      typeof value === 'string' ? [...at, id] : [...at, id, 'variant'],
      variant,
      variants,
    );
    if (rule !== undefined)
      checkRule(binding, [...at, id, 'rule'], rule, flag.environments.get(id)?.rules ?? []);
    expect.set(id, { variant, ...(rule === undefined ? {} : { rule }) });
  }
  return expect;
}

function checkRule(
  binding: Binding,
  at: Path,
  rule: string,
  rules: readonly { readonly id: string }[],
): void {
  const known = rules.map(({ id }) => id);
  if (known.includes(rule)) return;
  reportUnknown(binding, at, { code: 'unknown-rule', noun: 'rule of this environment', wrong: rule, known });
}

/** A stage belongs to the plan of each rollout among the environments expected, and there must be one. */
function checkStage(binding: Binding, at: Path, raw: RawTestCase, flag: Flag): void {
  const rollouts = Object.keys(raw.expect).flatMap((id) => flag.environments.get(id)?.rollout ?? []);
  const stage = raw.stage!;
  if (rollouts.length === 0) {
    const sentence = 'None of the environments expected has a rollout, so there is no stage.';
    report(binding, { at, code: 'unknown-stage', sentence });
    return;
  }
  for (const { plan } of stage === 'done' ? [] : rollouts) {
    const known = plan.stages.map(({ id }) => id);
    if (known.includes(stage)) continue;
    const name = { code: 'unknown-stage', noun: 'stage', wrong: stage, known: [...known, 'done'] } as const;
    reportUnknown(binding, at, name);
    return;
  }
}

/** Contexts obey the declared attributes; a name with dots may also be written as a path of maps (sentence 22). */
function checkContext(
  binding: Binding,
  at: Path,
  context: { readonly [name: string]: JsonValue },
  prefix: string,
): void {
  for (const [name, value] of Object.entries(context)) {
    const full = prefix + name;
    const valueAt = [...at, name];
    const attribute = full === 'now' ? undefined : attributeNamed(binding.project, full);
    const isMap = value !== null && typeof value === 'object' && !Array.isArray(value);
    if (attribute !== undefined && !isMap) checkContextValue(binding, valueAt, value, attribute);
    else if (isMap && isPrefix(binding.project, full)) {
      checkContext(binding, valueAt, value as { [name: string]: JsonValue }, `${full}.`);
    } else {
      const known = ['targetingKey', ...binding.project.attributes.keys()];
      const noun = full === 'now' ? 'attribute of a context (write it beside the context)' : 'attribute';
      reportUnknown(binding, valueAt, { code: 'unknown-attribute', noun, wrong: full, known, onKey: true });
    }
  }
}

function isPrefix(project: Project, name: string): boolean {
  return [...project.attributes.keys()].some((attribute) => attribute.startsWith(`${name}.`));
}

const CONTEXT_SEMVER = /^[vV]?\d+(\.\d+){0,2}(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;

function checkContextValue(binding: Binding, at: Path, value: JsonValue, attribute: Attribute): void {
  const items = Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
  for (const [index, item] of items.entries()) {
    const itemAt = Array.isArray(value) ? [...at, index] : at;
    if (!fitsInContext(item, attribute)) {
      const sentence = `${shown(item)} is not ${attribute.type === 'semver' ? 'a version' : TYPE_NOUNS[attribute.type]}.`;
      report(binding, { at: itemAt, code: 'test-context', sentence });
    } else if (attribute.values !== undefined && !attribute.values.includes(String(item))) {
      const name = {
        code: 'test-context',
        noun: 'value of this attribute',
        wrong: String(item),
        known: attribute.values,
      } as const;
      reportUnknown(binding, itemAt, name);
    }
  }
}

function fitsInContext(value: JsonValue, attribute: Attribute): boolean {
  switch (attribute.type) {
    case 'number':
    case 'boolean':
    case 'string':
      return typeof value === attribute.type;
    case 'semver':
      return typeof value === 'string' && CONTEXT_SEMVER.test(value);
    case 'date':
      return typeof value === 'string' && instantMs(value) !== undefined;
    case 'ip':
      return typeof value === 'string' && parseAddress(value, new Int32Array(4));
  }
}
