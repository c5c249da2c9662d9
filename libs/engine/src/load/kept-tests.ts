import type { Flag } from '../model/index.js';
import { orphan } from './bind-unit.js';
import { folderOf } from './file-place.js';
import type { Problem } from './problem.js';
import { type Unit, unitId } from './units.js';

/**
 * Tests that stay as they were must still lie beside their flag: what is live would otherwise not load again by itself
 * (sentence 2), which is what a server does that starts from its store.
 */
export function keptTestsApart(unit: Unit, flag: Flag | undefined): Problem[] {
  if (flag === undefined || unit.previous === undefined) return [];
  if (folderOf(flag.path) === folderOf(unit.previous.path)) return [];
  return [{ ...orphan(unit), needs: [unitId('flag', unit.key)] }];
}
