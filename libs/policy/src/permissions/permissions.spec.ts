import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { permissionMatrix } from './permission-matrix.js';
import { ACTIONS, type Action, type Grant, ROLES } from './permission-table.js';
import { decidePermission, mayEver, type Resource, type Subject } from './permissions.js';

const PRODUCTION: Resource = {
  environment: 'production',
  protected: true,
  flagType: 'release',
  ownerTeam: 'payments',
  tags: ['checkout'],
};
const STAGING: Resource = { ...PRODUCTION, environment: 'staging', protected: false };

function person(grants: Grant[], teams: string[] = []): Subject {
  return { kind: 'person', email: 'ada@acme.example', teams, grants };
}

function verdict(subject: Subject, action: Action, resource: Resource = PRODUCTION): string {
  return decidePermission(subject, action, resource).verdict;
}

it('is what docs/permissions.md says, for every role, action, environment and ownership', () => {
  const page = readFileSync(new URL('../../../../docs/permissions.md', import.meta.url), 'utf8');
  expect(page.endsWith(`\n${permissionMatrix()}\n`)).toBe(true);
});

it('lets applications evaluate and nothing else, and says what is needed', () => {
  for (const kind of ['server', 'web'] as const)
    for (const action of ACTIONS) expect(verdict({ kind }, action)).toBe('refused');
  expect(decidePermission({ kind: 'web' }, 'kill.press', PRODUCTION).reason).toBe(
    'A web key evaluates flags; kill.press needs an admin key.',
  );
});

it('lets a responder move every flag toward safe, and none away from it', () => {
  const responder = person([{ role: 'responder' }]);
  for (const place of [PRODUCTION, STAGING, { ...STAGING, ownerTeam: 'search', flagType: 'ops' }]) {
    expect(verdict(responder, 'kill.press', place)).toBe('allowed');
    for (const action of [
      'access.accept',
      'kill.revive',
      'revision.rollback',
      'revision.accept',
      'wave.move',
    ] as const)
      expect(verdict(responder, action, place)).toBe('refused');
  }
});

it('asks for a second person to move away from safe where it is protected, of whatever role', () => {
  for (const role of ['operator', 'admin'] as const) {
    expect(verdict(person([{ role }]), 'kill.revive')).toBe('needs-second');
    expect(verdict(person([{ role }]), 'kill.revive', STAGING)).toBe('allowed');
  }
  expect(verdict({ kind: 'break-glass' }, 'kill.revive')).toBe('allowed');
});

it('lets the button be pressed for flags of one’s own team by those who build them', () => {
  const developer = person([{ role: 'developer' }], ['payments']);
  expect(verdict(developer, 'kill.press')).toBe('allowed');
  expect(verdict(developer, 'kill.press', { ...PRODUCTION, ownerTeam: 'search' })).toBe('refused');
});

it.each<[string, Partial<Grant>, Partial<Resource>]>([
  ['environments', { environments: ['staging'] }, { environment: 'production' }],
  ['protection', { protected: false }, { protected: true }],
  ['types', { types: ['ops'] }, { flagType: 'release' }],
  ['owners', { owners: ['search'] }, { ownerTeam: 'payments' }],
  ['tags', { tags: ['search'] }, { tags: ['checkout'] }],
])('narrows a grant by %s, also where that is not known', (_what, condition, unfit) => {
  const fits: Resource = {
    environment: 'staging',
    protected: false,
    flagType: 'ops',
    ownerTeam: 'search',
    tags: ['search'],
  };
  const subject = person([{ role: 'responder', ...condition }]);
  expect(verdict(subject, 'kill.press', fits)).toBe('allowed');
  expect(verdict(subject, 'kill.press', { ...fits, ...unfit })).toBe('refused');
  const unknown = Object.fromEntries(Object.entries(fits).filter(([name]) => !Object.hasOwn(unfit, name)));
  expect(verdict(subject, 'kill.press', unknown)).toBe('refused');
});

it('says what a refused person has, what is needed, and where to ask for it', () => {
  expect(decidePermission(person([{ role: 'viewer' }]), 'kill.press', PRODUCTION).reason).toBe(
    'ada@acme.example is viewer; kill.press in production needs developer or responder or operator or admin. Access is granted in guidon.yaml under access.',
  );
  expect(decidePermission(person([]), 'kill.press', {}).reason).toContain('has no role');
});

const grants = fc.array(
  fc.record(
    {
      role: fc.constantFrom(...ROLES),
      environments: fc.subarray(['staging', 'production'], { minLength: 1 }),
      protected: fc.boolean(),
      types: fc.subarray(['ops', 'release'], { minLength: 1 }),
      owners: fc.subarray(['payments', 'search'], { minLength: 1 }),
      tags: fc.subarray(['checkout', 'search'], { minLength: 1 }),
    },
    { requiredKeys: ['role'] },
  ),
  { maxLength: 4 },
);
const resources = fc.record(
  {
    environment: fc.constantFrom('staging', 'production'),
    protected: fc.boolean(),
    flagType: fc.constantFrom('ops', 'release'),
    ownerTeam: fc.constantFrom('payments', 'search'),
    tags: fc.subarray(['checkout', 'search']),
  },
  { requiredKeys: [] },
);
const RANK = { refused: 0, 'needs-second': 1, allowed: 2 } as const;

it('never gives less for one grant more, and nothing that no grant could ever give', () => {
  fc.assert(
    fc.property(grants, grants, resources, fc.constantFrom(...ACTIONS), (some, more, resource, action) => {
      const few = decidePermission(person(some, ['payments']), action, resource);
      const many = decidePermission(person([...some, ...more], ['payments']), action, resource);
      expect(RANK[many.verdict]).toBeGreaterThanOrEqual(RANK[few.verdict]);
      if (few.verdict !== 'refused') expect(mayEver(person(some), action)).toBe(true);
    }),
  );
});
