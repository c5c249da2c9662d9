import type { Project, Segment } from '../model/index.js';
import type { RawSegment } from '../schema/segment-schema.js';
import { type Binding, newBinding, reportUnknown } from './binding.js';
import { bindCondition } from './condition-binder.js';
import type { Path } from './problem.js';

export interface BoundSegment extends Binding {
  readonly segment: Segment;
}

export function bindSegment(
  project: Project,
  file: { key: string; path: string },
  raw: RawSegment,
): BoundSegment {
  const binding = newBinding(project);
  checkOwner(binding, ['owner'], raw.owner);
  const when = bindCondition(binding, ['when'], raw.when, { inSegment: true });
  return { ...binding, segment: { ...file, owner: raw.owner, description: raw.description, when } };
}

export function checkOwner(binding: Binding, at: Path, owner: string): void {
  const { teams } = binding.project;
  if (teams.has(owner)) return;
  reportUnknown(binding, at, { code: 'unknown-team', noun: 'team', wrong: owner, known: teams.keys() });
}
