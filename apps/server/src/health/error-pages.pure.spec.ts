import { readFileSync } from 'node:fs';
import { ERRORS, type ErrorDefinition } from '@guidon/protocol/errors';
import { expect, test } from '@jest/globals';
import { chooseForm, errorPage, parseExplanations, renderPage } from './error-pages.js';

const DOCUMENT = readFileSync(new URL('../../../../docs/errors.md', import.meta.url), 'utf8');
const EXPLANATIONS = parseExplanations(DOCUMENT);

test.each(Object.entries<ErrorDefinition>(ERRORS))(
  'explains %s as the registry has it: what, why, how to mend it, and whether to try again',
  (code, { status, retry }) => {
    const explanation = EXPLANATIONS.get(code);
    for (const part of ['what', 'why', 'mend'] as const) expect(explanation?.[part]).toMatch(/^\S.{10,}\.$/);
    const section = DOCUMENT.split(`\n## ${code}\n`)[1] ?? '';
    expect(section).toMatch(new RegExp(`^\n\\*\\*Status ${status}\\. Try again: ${retry ? 'yes' : 'no'}`));
  },
);

test('shows an answer in the page as the server gives it', () => {
  const example = JSON.parse(/```json\n([\s\S]+?)```/.exec(DOCUMENT)?.[1] ?? '{}');
  const { status, title } = ERRORS['flag-not-found'];
  expect(example).toMatchObject({ type: `/errors/${example.code}`, code: 'flag-not-found', status, title });
  expect(example.instance).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});

test('gives the form that is asked for, and JSON to whoever does not care', () => {
  expect(chooseForm('text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8')).toBe('text/html');
  expect(chooseForm('text/plain')).toBe('text/plain');
  expect(chooseForm('text/html;q=0.5, text/plain')).toBe('text/plain');
  for (const accept of [undefined, '', '*/*', 'application/json', 'image/png', 'text/html;q=0'])
    expect(chooseForm(accept)).toBe('application/json');
});

test('renders one page in three forms', () => {
  const page = errorPage('flag-not-found', EXPLANATIONS);
  if (page === undefined) throw new Error('There is no page.');
  expect(JSON.parse(renderPage(page, 'application/json'))).toMatchObject({
    code: 'flag-not-found',
    status: 404,
    mend: expect.stringContaining('take the key'),
  });
  expect(renderPage(page, 'text/plain')).toContain('\nMend: take the key that `detail` suggests');
  const page2 = renderPage({ ...page, why: 'a < b & `c`' }, 'text/html');
  expect(page2).toContain('<h2>Why</h2><p>a &lt; b &amp; <code>c</code></p>');
  expect(errorPage('constructor', EXPLANATIONS)).toBeUndefined();
});
