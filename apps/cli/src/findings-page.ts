import { FINDING_CODES, type FindingCodeEntry } from '@guidon/engine/schema';

const HEAD = `# Findings

What \`guidon lint\` and the server say about flag files. An **error** freezes the file at its last good version; a new file with an error does
not exist until it is mended. A **warning** never changes what is served. Those marked *by time* are errors under \`guidon lint --strict\`.

This page is made from the registry in \`libs/engine/src/schema\` by \`node docs/write-findings.mjs\`; a test compares them.
`;

/** The text of \`docs/findings.md\`: every code in alphabetical order, so that a link to one stays good. */
export function renderFindingsPage(): string {
  const codes = Object.entries<FindingCodeEntry>(FINDING_CODES).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${[HEAD, ...codes.map(renderCode)].join('\n')}`;
}

function renderCode([code, { severity, title, why, fix, timeCaused }]: [string, FindingCodeEntry]): string {
  const label = timeCaused === true ? `${severity}, by time` : severity;
  return `## ${code}\n\n**${title}** (${label}).\n\n${why} ${fix}\n`;
}
