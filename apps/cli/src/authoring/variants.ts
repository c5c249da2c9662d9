import { CliError } from '../cli-error.js';
import { yamlText } from './yaml-text.js';

/** What an unquoted value would be to some readers of YAML. */
const DOUBTFUL = /^(yes|no|on|off|y|n|true|false|null)$/i;

/**
 * `--variants control=blue,treatment=green`: names with values, a number or true and false as such, anything else as
 * text. Names alone are their own values; `on,off` is what a flag has anyway.
 */
export function readVariants(given: string): readonly (readonly [name: string, value: string])[] | undefined {
  const parts = given.split(',').map((part) => part.trim());
  const pairs = parts.map((part) => {
    const at = part.indexOf('=');
    const name = at === -1 ? part : part.slice(0, at).trim();
    return [name, valueText(at === -1 ? part : part.slice(at + 1).trim(), at !== -1)] as const;
  });
  const names = pairs.map(([name]) => name);
  const bad = names.find((name) => !/^[A-Za-z][A-Za-z0-9._-]{0,127}$/.test(name));
  if (bad !== undefined)
    throw new CliError(
      `--variants: "${bad}" is no name of a variant; write for example control=blue,treatment=green.`,
      {
        usage: true,
      },
    );
  if (new Set(names).size < names.length)
    throw new CliError('--variants: one name occurs twice.', { usage: true });
  return [...names].sort().join() === 'off,on' && !given.includes('=') ? undefined : pairs;
}

function valueText(text: string, isTyped: boolean): string {
  if (isTyped && (/^(true|false)$/.test(text) || /^-?(0|[1-9]\d*)(\.\d*[1-9])?$/.test(text))) return text;
  return DOUBTFUL.test(text) ? JSON.stringify(text) : yamlText(text);
}
