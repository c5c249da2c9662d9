import { formatText } from '@guidon/engine/format';
import type { FlagType } from '@guidon/engine/model';
import { CliError } from '../cli-error.js';
import { yamlSentence, yamlText } from './yaml-text.js';

/** What a person decides about a new flag. */
export interface NewFlag {
  readonly type: FlagType;
  readonly owner: string;
  readonly description: string;
  /** `YYYY-MM-DD`: when it expires or, of an ops flag, is looked at again. */
  readonly date: string;
  /** Names with their values as YAML; absent for `on` and `off`. */
  readonly variants?: readonly (readonly [name: string, value: string])[];
  readonly safe: string;
  /** What each environment serves, in the project's order. */
  readonly serves: readonly (readonly [environment: string, variant: string])[];
}

/** The flag's file, in canonical form. */
export function flagText(flag: NewFlag): string {
  const lines = [
    `type: ${flag.type}`,
    `owner: ${yamlText(flag.owner)}`,
    `description: ${yamlSentence(flag.description)}`,
    `${flag.type === 'ops' ? 'review' : 'expires'}: ${flag.date}`,
    ...(flag.variants === undefined
      ? []
      : ['variants:', ...flag.variants.map(([name, value]) => `  ${name}: ${value}`)]),
    `safe: ${flag.safe}`,
    'environments:',
    ...flag.serves.map(([environment, variant]) => `  ${environment}: ${variant}`),
  ];
  return inForm(`${lines.join('\n')}\n`, 'flag');
}

/** Its first test: what everyone gets as the flag stands, and in it the safe state. */
export function testText(flag: NewFlag): string {
  const isSafe = flag.serves.every(([, variant]) => variant === flag.safe);
  const name = isSafe ? `serves ${flag.safe} everywhere` : `serves ${flag.safe} where it is not tried yet`;
  const expect = flag.serves.map(([environment, variant]) => `${environment}: ${variant}`).join(', ');
  return inForm(
    `cases:\n  - name: ${yamlSentence(name)}\n    context: { targetingKey: u-1 }\n    expect: { ${expect} }\n`,
    'test',
  );
}

/** What we write ourselves is in the form that `fmt` checks. */
export function inForm(text: string, kind: 'flag' | 'test' | 'project'): string {
  const result = formatText('new.yaml', text, kind);
  if (result.kind === 'formatted') return result.text;
  const details =
    result.kind === 'unreadable' ? result.findings.map(({ sentence }) => sentence) : [result.why];
  throw new CliError('What was given cannot be written as a file.', { usage: true, details });
}
