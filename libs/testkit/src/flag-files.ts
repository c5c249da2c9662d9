/** Flag files as text, for repositories that tests push. */

export interface FlagFileOptions {
  readonly description?: string;
  /** Environment to variant, served to everyone. Absent: `development: on`. */
  readonly serve?: { readonly [environment: string]: 'on' | 'off' };
  readonly essential?: boolean;
  readonly tags?: readonly string[];
}

/** A boolean release flag whose `safe` is off. */
export function flagFile(options: FlagFileOptions = {}): string {
  const lines = [
    'type: release',
    'owner: payments',
    `description: ${JSON.stringify(options.description ?? 'A flag for a test')}`,
    // Far off, so that no suite begins to fail on some morning.
    'expires: 2099-12-31',
  ];
  if (options.tags !== undefined) lines.push(`tags: [${options.tags.join(', ')}]`);
  if (options.essential === true) lines.push('essential: true');
  lines.push('safe: off', 'environments:');
  for (const [environment, variant] of Object.entries(options.serve ?? { development: 'on' }))
    lines.push(`  ${environment}: ${variant}`);
  return `${lines.join('\n')}\n`;
}

export interface ProjectFileOptions {
  /** Of `production`, as YAML, e.g. `[{ percent: 1, hold: 60s }]`. */
  readonly waves?: string;
}

/** A project with `development` and a protected `production`. */
export function projectFile({ waves }: ProjectFileOptions = {}): string {
  return [
    'project: acme-shop',
    'timezone: UTC',
    'environments:',
    '  - id: development',
    `  - { id: production, protected: true${waves === undefined ? '' : `, waves: ${waves}`} }`,
    'attributes:',
    '  country: string',
    '  orders: number',
    'tags: [checkout]',
    'teams:',
    '  payments: { members: [ada@acme.example], contact: "#payments" }',
    'limits: { flagsPerTeam: 10000, ageDays: 36500, jumpPoints: 10, massChange: 30 }',
    'commits: { signatures: optional, reviews: 0, rewrite: refused }',
    '',
  ].join('\n');
}

/** A project of so many flags with a rule each, in folders of a hundred: what a cold load of a large shop looks like. */
export function manyFlagFiles(count: number): Record<string, string> {
  const files: Record<string, string> = { 'guidon.yaml': projectFile() };
  for (let index = 0; index < count; index++) {
    const path = `area-${Math.floor(index / 100)}/flag-${index}.yaml`;
    files[path] = [
      'type: release',
      'owner: payments',
      `description: Flag number ${index}`,
      'expires: 2099-12-31',
      'safe: off',
      'environments:',
      '  development:',
      '    rules:',
      `      - { id: nordic, when: { country: [NO, SE], orders: { gte: ${index % 50} } }, percent: 50, serve: on }`,
      '    serve: off',
      '  production: off',
      '',
    ].join('\n');
  }
  return files;
}
