import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { bundle } from '../test/bundle.js';

/** What a page pays for us, without OpenFeature's own SDK, in bytes after gzip. */
const GATE_BYTES = 10_000;

const DIST = fileURLToPath(new URL('../dist/index.js', import.meta.url));

test('weighs less than 10 kB after gzip, and brings neither the engine nor a validator', async () => {
  const { code, gzipBytes, modules } = await bundle(DIST, ['@openfeature/web-sdk']);
  process.stdout.write(
    `@guidon/web: ${gzipBytes} bytes gzip, ${code.length} minified, gate ${GATE_BYTES}.\n`,
  );
  expect(gzipBytes).toBeLessThan(GATE_BYTES);
  const paths = modules.map((path) => path.replace(/^.*\/(libs|node_modules)\//, '$1/'));
  expect(paths.length).toBeGreaterThan(8);
  for (const path of paths)
    expect(path).toMatch(
      /^libs\/(sdk-web\/dist\/|protocol\/dist\/(keys|ofrep)|sdk-core\/dist\/(back-off|constants|named-timers)\.)/,
    );
  // What a strict policy of a page forbids.
  expect(code).not.toMatch(/\beval\(|new Function|import\(/);
  // The gate bites: with OpenFeature's SDK inside it is too heavy.
  expect((await bundle(DIST)).gzipBytes).toBeGreaterThan(GATE_BYTES);
});

test('costs nothing where it is imported and not used', async () => {
  const { code } = await bundle(fileURLToPath(new URL('../test/unused.mjs', import.meta.url)), [
    '@openfeature/web-sdk',
  ]);
  expect(code.replaceAll(/import\s*"@openfeature\/web-sdk";/g, '').length).toBeLessThan(200);
});
