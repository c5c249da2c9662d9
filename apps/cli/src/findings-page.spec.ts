import { readFileSync } from 'node:fs';
import { FINDING_CODES } from '@guidon/engine/schema';
import { describe, expect, it } from '@jest/globals';
import { renderFindingsPage } from './findings-page.js';

const PAGE = new URL('../../../docs/findings.md', import.meta.url);

describe('docs/findings.md', () => {
  it('is what the registry of findings says (run `node docs/write-findings.mjs` after a change)', () => {
    expect(readFileSync(PAGE, 'utf8')).toBe(renderFindingsPage());
  });

  it('has a heading for every code', () => {
    const headings = [...renderFindingsPage().matchAll(/^## (.+)$/gm)].map(([, code]) => code);
    expect(headings).toEqual(Object.keys(FINDING_CODES).sort());
  });
});
