import { ACTIONS, type Action, ROLES, type Role } from './permission-table.js';
import { decidePermission, type Subject } from './permissions.js';

const TEAM = 'payments';

/** One cell of the matrix for each of these, in this order. */
const PLACES = [
  { title: 'own flag, unprotected', own: true, protected: false },
  { title: 'own flag, protected', own: true, protected: true },
  { title: "other team's flag, unprotected", own: false, protected: false },
  { title: "other team's flag, protected", own: false, protected: true },
] as const;

const CELLS = { allowed: 'yes', 'needs-second': '2nd', refused: '-' } as const;

/**
 * What every role may do, in Markdown, by asking for every combination of role, action, environment and ownership. The
 * table is what the decisions say and not what somebody wrote about them.
 */
export function permissionMatrix(): string {
  const sections = PLACES.map((place) => {
    const rows = ACTIONS.map(
      (action) => `| \`${action}\` | ${ROLES.map((role) => cell(role, action, place)).join(' | ')} |`,
    );
    return [
      `## ${place.title.charAt(0).toUpperCase()}${place.title.slice(1)}`,
      '',
      `| | ${ROLES.join(' | ')} |`,
      `|---${ROLES.map(() => '|---').join('')}|`,
      ...rows,
    ].join('\n');
  });
  return sections.join('\n\n');
}

function cell(role: Role, action: Action, place: (typeof PLACES)[number]): string {
  const subject: Subject = {
    kind: 'person',
    email: 'ada@acme.example',
    teams: place.own ? [TEAM] : [],
    grants: [{ role }],
  };
  const environment = place.protected ? 'production' : 'development';
  const resource = {
    environment,
    protected: place.protected,
    flagType: 'release',
    ownerTeam: TEAM,
    tags: [],
  };
  return CELLS[decidePermission(subject, action, resource).verdict];
}
