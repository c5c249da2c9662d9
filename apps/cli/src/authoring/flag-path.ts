import { placeOf } from '@guidon/engine/load';
import { CliError } from '../cli-error.js';

/**
 * Where a new flag's file belongs: without its ending, from the flags folder.
 * @throws CliError that says why the key or the folder cannot be.
 */
export function flagPath(key: string, folder: string | undefined): string {
  const inside = (folder ?? '').replaceAll('\\', '/').replace(/^\.?\/+|\/+$/g, '');
  const path = inside === '' || inside === '.' ? key : `${inside}/${key}`;
  const place = placeOf(`${path}.yaml`);
  if (place.kind === 'flag' && place.key === key) return path;
  throw new CliError(whyNoFlag(path), { usage: true });
}

function whyNoFlag(path: string): string {
  const place = placeOf(`${path}.yaml`);
  switch (place.kind) {
    case 'project':
      return 'The key guidon is reserved: guidon.yaml is the project file. Choose another key.';
    case 'test':
      return `The ending .test is reserved: ${path}.yaml would be the test of a flag ${place.key}. Choose another key.`;
    case 'segment':
      return `The folder segments is reserved: ${path}.yaml would be a segment. Choose another --folder.`;
    case 'flag':
      return `A key names no folder: the key would be ${place.key}. Give the folder by --folder.`;
    case 'refused':
      return refusal(place.problem);
    case 'ignored':
      return `${path}.yaml would be no flag.`;
  }
}

/** What letters a key may have helps only whom the letters failed. */
function refusal({ code, sentence }: { readonly code: string; readonly sentence: string }): string {
  return code === 'bad-flag-key' && sentence.endsWith('is no flag key.')
    ? `${sentence} A key has letters, digits, dots, dashes and underscores, at most 128 of them, and begins with a letter or digit.`
    : sentence;
}
