import type { RawProject } from '../schema/project-schema.js';
import { type Binding, report, reportUnknown } from './binding.js';

const LISTS = [
  { field: 'environments', code: 'unknown-environment', noun: 'environment' },
  { field: 'owners', code: 'unknown-team', noun: 'team' },
  { field: 'tags', code: 'unknown-tag', noun: 'tag' },
] as const;

/** Each entry of `access` has one holder, and names nothing that is not declared. */
export function checkAccess(binding: Binding, raw: RawProject): void {
  const teams = Object.keys(raw.teams);
  const known = { environments: raw.environments.map(({ id }) => id), owners: teams, tags: raw.tags ?? [] };
  for (const [index, entry] of (raw.access ?? []).entries()) {
    const at = ['access', index];
    const holders = [entry.team, entry.person, entry.group].filter((holder) => holder !== undefined);
    if (holders.length !== 1) {
      const sentence = `${holders.length} holders are named, not one.`;
      report(binding, { at, onKey: true, code: 'access-shape', sentence });
    }
    if (entry.team !== undefined && !teams.includes(entry.team)) {
      const name = { code: 'unknown-team', noun: 'team', wrong: entry.team, known: teams } as const;
      reportUnknown(binding, [...at, 'team'], name);
    }
    for (const { field, code, noun } of LISTS)
      for (const [order, wrong] of (entry[field] ?? []).entries())
        if (!known[field].includes(wrong))
          reportUnknown(binding, [...at, field, order], { code, noun, wrong, known: known[field] });
  }
}
