import { inCodePointOrder, type JsonValue, LIMITS, type ValueType, type Variant } from '../model/index.js';
import { type Binding, report } from './binding.js';
import { type Path, shown } from './problem.js';
import { utf8Length } from './utf8.js';

export interface BoundVariants {
  readonly valueType: ValueType;
  readonly variants: readonly Variant[];
}

const LOOKS_BOOLEAN = /^(true|false|yes|no|on|off|y|n|t|f|0|1|enabled|disabled)$/i;

/** Variants of one type (sentence 8); left out, they are `{ on: true, off: false }`. */
export function bindVariants(binding: Binding, raw: { [name: string]: unknown } | undefined): BoundVariants {
  if (raw === undefined) {
    const variants = [
      { name: 'off', value: false },
      { name: 'on', value: true },
    ];
    return { valueType: 'boolean', variants };
  }
  const at = ['variants'];
  const variants = inCodePointOrder(Object.keys(raw)).map((name) => ({
    name,
    value: raw[name] as JsonValue,
  }));
  checkLimits(binding, at, variants);
  const valueType = typeOf(variants[0]?.value);
  const first = { name: variants[0]?.name ?? '', type: valueType };
  for (const { name, value } of variants) checkType(binding, [...at, name], value, first);
  if (valueType === 'boolean') checkBooleans(binding, at, variants);
  if (valueType === 'object') checkKeys(binding, at, variants);
  if (valueType === 'string' && variants.every(({ value }) => LOOKS_BOOLEAN.test(String(value)))) {
    const sentence = `All text variants look like true and false: ${variants.map(({ value }) => shown(value)).join(', ')}.`;
    report(binding, { at, onKey: true, code: 'text-booleans', sentence });
  }
  return { valueType, variants };
}

function typeOf(value: JsonValue | undefined): ValueType {
  const type = typeof value;
  return type === 'boolean' || type === 'number' || type === 'string' ? type : 'object';
}

const NOUNS: { readonly [type in ValueType]: string } = {
  boolean: 'true or false',
  number: 'a number',
  string: 'text',
  object: 'a map',
};

function checkType(
  binding: Binding,
  at: Path,
  value: JsonValue,
  first: { readonly name: string; readonly type: ValueType },
): void {
  if (Array.isArray(value)) {
    report(binding, { at, code: 'wrong-type', sentence: 'A list is no variant; put it inside a map.' });
  } else if (typeOf(value) !== first.type) {
    const name = shown(at.at(-1));
    const sentence = `${name} is ${NOUNS[typeOf(value)]}, but ${shown(first.name)} is ${NOUNS[first.type]}.`;
    report(binding, { at, code: 'mixed-variants', sentence });
  }
}

function checkLimits(binding: Binding, at: Path, variants: readonly Variant[]): void {
  if (variants.length > LIMITS.variants) {
    const sentence = `${variants.length} variants; the limit is ${LIMITS.variants}.`;
    report(binding, { at, onKey: true, code: 'too-many', sentence });
  }
  const bytes = variants.reduce((sum, { value }) => sum + utf8Length(JSON.stringify(value)), 0);
  if (bytes > LIMITS.variantJsonBytes) {
    const sentence = `The variants take ${bytes} bytes as JSON; the limit is ${LIMITS.variantJsonBytes}.`;
    report(binding, { at, onKey: true, code: 'too-many', sentence });
  }
}

function checkBooleans(binding: Binding, at: Path, variants: readonly Variant[]): void {
  for (const { name, value } of variants) {
    if ((name === 'on' && value === false) || (name === 'off' && value === true)) {
      const sentence = `The variant ${name} is ${String(value)}.`;
      report(binding, { at: [...at, name], code: 'boolean-variant', sentence });
    }
  }
}

function checkKeys(binding: Binding, at: Path, variants: readonly Variant[]): void {
  const [first, ...others] = variants;
  if (first === undefined) return;
  const expected = shapeOf(first.value);
  for (const { name, value } of others) {
    const shape = shapeOf(value);
    const key = [...expected.keys(), ...shape.keys()].find((key) => expected.get(key) !== shape.get(key));
    if (key === undefined) continue;
    const sentence = `${shown(name)} and ${shown(first.name)} differ at ${shown(key)}: ${shape.get(key) ?? 'missing'} and ${expected.get(key) ?? 'missing'}.`;
    report(binding, { at: [...at, name], onKey: true, code: 'object-keys-differ', sentence });
  }
}

/** Type by dotted key, down through maps; what a list holds is not compared. */
function shapeOf(value: JsonValue, prefix = '', shape = new Map<string, string>()): Map<string, string> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return shape;
  for (const [key, inner] of Object.entries(value)) {
    const name = prefix === '' ? key : `${prefix}.${key}`;
    shape.set(name, Array.isArray(inner) ? 'list' : typeof inner);
    shapeOf(inner, name, shape);
  }
  return shape;
}
