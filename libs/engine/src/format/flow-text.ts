import type { Branch } from './entry.js';
import { scalarText } from './scalar-text.js';

/** A map or list in brackets on one line: `{ on: 50, off: 50 }`, `[NO, SE]`. */
export function flowText(source: string, branch: Branch): string {
  const parts = branch.entries.map(({ key, value }) => {
    const text = value.kind === 'leaf' ? scalarText(source, value.node) : flowText(source, value);
    return key === undefined ? text : `${scalarText(source, key)}: ${text}`;
  });
  return branch.kind === 'map' ? `{ ${parts.join(', ')} }` : `[${parts.join(', ')}]`;
}
