import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import openapiTypes, { astToString } from 'openapi-typescript';

const textOf = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

it('is what docs/openapi.json says; `node docs/write-openapi.mjs` writes both after a build', async () => {
  const made = astToString(await openapiTypes(JSON.parse(textOf('../../../../docs/openapi.json'))));
  const [head, ...kept] = textOf('management-api.d.ts').split('\n');
  expect(head).toMatch(/^\/\/ Made from docs\/openapi\.json/);
  expect(kept.join('\n')).toBe(made);
});
