import type { AttributeType, Condition } from './condition.js';
import type { Plan } from './plan.js';

export interface Wave {
  /** Parts of 100,000 of the SDK instances. */
  readonly parts: number;
  readonly holdMs: number;
}

export interface Freeze {
  readonly fromMs: number;
  readonly toMs: number;
  readonly reason: string;
}

export interface Environment {
  readonly id: string;
  readonly protected: boolean;
  readonly waves: readonly Wave[];
  readonly freeze: readonly Freeze[];
}

export interface Attribute {
  readonly type: AttributeType;
  /** For a declared list: the only strings that occur. */
  readonly values?: readonly string[];
}

export interface Team {
  readonly members: readonly string[];
  readonly contact?: string;
}

export interface AccessBinding {
  readonly role: string;
  readonly team?: string;
  readonly person?: string;
  readonly group?: string;
  /** Every condition that is given must hold. */
  readonly environments?: readonly string[];
  readonly protected?: boolean;
  readonly types?: readonly string[];
  /** Teams whose flags are meant. */
  readonly owners?: readonly string[];
  readonly tags?: readonly string[];
}

export interface ProjectLimits {
  readonly flagsPerTeam: number;
  readonly ageDays: number;
  readonly jumpPoints: number;
  readonly massChange: number;
}

export interface CommitRules {
  readonly signatures: 'optional' | 'required';
  readonly reviews: number;
  readonly rewrite: 'refused' | 'allowed';
}

/** `guidon.yaml`, checked. */
export interface Project {
  readonly name: string;
  readonly timezone: string;
  /** In the file's order; the first is the default environment of the two configured keys. */
  readonly environments: readonly Environment[];
  readonly attributes: ReadonlyMap<string, Attribute>;
  readonly tags: readonly string[];
  readonly teams: ReadonlyMap<string, Team>;
  readonly access: readonly AccessBinding[];
  readonly plans: ReadonlyMap<string, Plan>;
  readonly limits: ProjectLimits;
  readonly commits: CommitRules;
}

export interface Segment {
  readonly key: string;
  readonly path: string;
  readonly owner: string;
  readonly description: string;
  readonly when: Condition;
}
