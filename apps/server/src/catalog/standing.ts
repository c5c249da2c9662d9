import type { Position } from '@guidon/engine/model';
import type { Head } from './head.js';

/** Where the rollouts of all environments stand. */
export function standing(heads: readonly Pick<Head, 'positions'>[]): {
  readonly positions?: readonly Position[];
} {
  const positions = heads.flatMap((head) => head.positions ?? []);
  return positions.length === 0 ? {} : { positions };
}
