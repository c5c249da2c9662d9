import { createHash } from 'node:crypto';
import type {
  EnvironmentKills,
  Flag,
  FlagEnvironment,
  Project,
  Ruleset,
  RulesetFlag,
  Snapshot,
  SourceFile,
} from '@guidon/engine/model';

/** Data for tests: every builder gives something valid, and takes what the test is about. */

export function aRulesetFlag(changes: Partial<RulesetFlag> = {}): RulesetFlag {
  return {
    type: 'boolean',
    variants: [
      ['off', false],
      ['on', true],
    ],
    safe: 'off',
    rest: { serve: 'on' },
    ...changes,
  };
}

export function aRuleset(
  flags: { readonly [key: string]: RulesetFlag } = {},
  changes: Partial<Ruleset> = {},
): Ruleset {
  return { format: 1, environment: 'development', revision: commitId('1'), flags, segments: {}, ...changes };
}

export function noKills(): EnvironmentKills {
  return { kills: [], revived: [] };
}

/** A commit id made of one repeated character. */
export function commitId(character: string): string {
  return character.repeat(40);
}

export function aFlag(changes: Partial<Flag> = {}): Flag {
  const key = changes.key ?? 'new-checkout';
  return {
    key,
    path: `${key}.yaml`,
    type: 'release',
    owner: 'payments',
    description: 'A flag for a test',
    expires: '2027-02-01',
    tags: [],
    links: [],
    requires: [],
    essential: false,
    waive: new Map(),
    valueType: 'boolean',
    variants: [
      { name: 'off', value: false },
      { name: 'on', value: true },
    ],
    safe: 'off',
    environments: new Map([['development', serving('on')]]),
    ...changes,
  };
}

/** An environment without rules that serves one variant to everyone. */
export function serving(variant: string): FlagEnvironment {
  return { rules: [], rest: { serve: variant } };
}

export function aProject(changes: Partial<Project> = {}): Project {
  const environment = (id: string, isProtected: boolean): Project['environments'][number] => ({
    id,
    protected: isProtected,
    waves: [],
    freeze: [],
  });
  return {
    name: 'acme-shop',
    timezone: 'UTC',
    environments: [environment('development', false), environment('production', true)],
    attributes: new Map([['country', { type: 'string' }]]),
    tags: [],
    teams: new Map([['payments', { members: ['ada@acme.example'] }]]),
    access: [],
    plans: new Map(),
    limits: { flagsPerTeam: 40, ageDays: 180, jumpPoints: 10, massChange: 30 },
    commits: { signatures: 'optional', reviews: 0, rewrite: 'refused' },
    ...changes,
  };
}

export function aSnapshot(flags: readonly Flag[] = [aFlag()], changes: Partial<Snapshot> = {}): Snapshot {
  const paths = ['guidon.yaml', ...flags.map((flag) => flag.path)];
  return {
    project: aProject(),
    segments: new Map(),
    flags: new Map(flags.map((flag) => [flag.key, flag])),
    tests: new Map(),
    files: new Map(paths.map((path) => [path, { path, blob: gitBlobId(path), frozen: false }])),
    ...changes,
  };
}

/** The object id that Git gives to a file's bytes. */
export function gitBlobId(content: string | Uint8Array): string {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return createHash('sha1').update(`blob ${bytes.byteLength}\0`).update(bytes).digest('hex');
}

/** Texts by path (relative to the flags folder) as `load` takes them. */
export function sourceFiles(texts: { readonly [path: string]: string }): SourceFile[] {
  return Object.entries(texts).map(([path, text]) => ({
    path,
    blob: gitBlobId(text),
    bytes: new Uint8Array(Buffer.from(text)),
    entry: 'file',
  }));
}
