import type { FileVersion } from './file.repository.js';
import type { PastSource } from './past-search.js';
import type { Restorer } from './restorer.js';
import type { RevisionSource } from './revision-source.js';

/** From the store what was live, from Git what single commits did and what was there before the store began. */
export function pastOf(
  source: Pick<RevisionSource, 'commits' | 'contents'>,
  restorer: Pick<Restorer, 'readContents' | 'readBaseline'>,
): PastSource {
  return {
    commits: async () => (await source.commits?.(await restorer.readBaseline())) ?? [],
    contents: async (versions: readonly FileVersion[]) => {
      const stored = await restorer.readContents(versions);
      const known = new Set(stored.map(([blob]) => blob));
      const others = versions.map(({ blob }) => blob).filter((blob) => !known.has(blob));
      return others.length === 0 ? stored : [...stored, ...(await source.contents(others))];
    },
  };
}
