import type { Project } from '@guidon/engine/model';
import type { WaveStage } from './head.js';

export type StagesOf = (project: Project, environment: string) => readonly WaveStage[];

/** Where nobody moves waves, none may begin: it would never end. */
export const NO_WAVES: StagesOf = () => [];

const PARTS_PER_PERCENT = 1000;

/** The waves in which a change reaches an environment's instances; none where the project asks for none. */
export function stagesOf(project: Project, environment: string): readonly WaveStage[] {
  const declared = project.environments.find(({ id }) => id === environment);
  if (declared === undefined || !declared.protected) return [];
  return declared.waves.map(({ parts, holdMs }) => ({ percent: parts / PARTS_PER_PERCENT, holdMs }));
}
