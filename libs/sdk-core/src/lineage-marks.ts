import { LINEAGES_REMEMBERED } from './constants.js';

/** The highest generation seen of a lineage only ever rises; the lineage unused for longest is forgotten. */
export function raiseMark(marks: Map<string, number>, lineage: string, generation: number): void {
  const highest = Math.max(generation, marks.get(lineage) ?? 0);
  // Deleting first moves the lineage to the end.
  marks.delete(lineage);
  marks.set(lineage, highest);
  for (const oldest of marks.keys()) {
    if (marks.size <= LINEAGES_REMEMBERED) break;
    marks.delete(oldest);
  }
}
