// Writes docs/permissions.md from the permission table. Run it after a build; a test holds the two together.
import { writeFileSync } from 'node:fs';
import { permissionMatrix } from '../libs/policy/dist/permissions/index.js';

writeFileSync(new URL('permissions.md', import.meta.url), permissionsPage(permissionMatrix()));

function permissionsPage(matrix) {
  return `# Who may do what

Roles are given in \`guidon.yaml\` under \`access\`, to a team, a person (by e-mail) or a group of the identity provider, so a change of
access is reviewed like any other change, and held until an admin accepts it:

\`\`\`yaml
access:
  - { role: responder, team: releases }                                # any flag, anywhere, toward safe
  - { role: developer, team: payments }
  - { role: operator, person: gus@acme.example, environments: [staging] }
  - { role: operator, team: payments, owners: [payments], types: [ops] }  # only such flags
\`\`\`

\`environments\`, \`protected\`, \`types\` (release, experiment, ops), \`owners\` (teams) and \`tags\` narrow an entry; all that are given must hold.
Several entries add up. Server and web keys evaluate flags and do nothing else. The break-glass key (\`GUIDON_ADMIN_KEY\`, or the one that
a first start made) may do everything alone, and its entries in the log say so.

What holds a commit back is let go by an operator who did not write it; who wrote it needs somebody else's word as well. The operator's
role must reach where the word lets something in: the environment of a freeze, the one where a wave took it back, every protected one for
what is not reviewed, not signed, or rewritten, and all of them for what holds a commit everywhere. An agreement is good for the commit and
for what held it when it was asked for.

Who wrote a commit is told by its verified signers, and by the addresses that it names as author and committer. **Those addresses are a
claim**: without \`signatures: required\` under \`commits\` in \`guidon.yaml\`, whoever pushes can write somebody else's name there, and as an
operator accept alone what he wrote. Where signatures are required and one is missing, accepting takes two people. Who opened a pull
request does not count here, since the host knows a login and no address.

A commit that changes who may do what, by whose word commits are judged, or what is protected, is let go by an admin (\`access.accept\`).

The second person is somebody else in fact, and not only by another address: not \`ada+2@acme.example\` for \`ada@acme.example\`, nobody who wrote
what is to be let in, and nobody whose key came from the first one's hands, or the other way round, or from the same third hands; so an admin
who makes two keys is not two people. Keys that people got by \`guidon login\`, or that the break-glass key made, are nobody's but theirs.

An admin whose role is narrowed to environments makes, rotates and revokes the server and web keys of these, and no key of a person.

Below: \`yes\`; \`2nd\`: yes, when somebody else, another person, agrees; \`-\`: no. Reading needs a role for anything at all. This page is
written by \`node docs/write-permissions.mjs\` from the table in \`libs/policy\`, and a test compares them.

${matrix}
`;
}
