import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { atEndOfFile, createGitRemote, findChromium, flagFile, projectFile } from '@guidon/testkit';
import { expect, jest, test } from '@jest/globals';
import { chromium } from 'playwright-core';
import { BuiltServer } from './built-server.js';

jest.setTimeout(120_000);

const executablePath = findChromium();
const inBrowser = executablePath === undefined ? test.skip : test;

/** The packages as they were published, by the names under which they import each other. */
const PACKAGES: readonly (readonly [name: string, entry: string, importedBy?: string])[] = [
  ['@openfeature/core', 'dist/esm/index.js'],
  ['@openfeature/web-sdk', 'dist/esm/index.js'],
  ['@openfeature/ofrep-web-provider', 'index.esm.js'],
  ['@openfeature/ofrep-core', 'index.esm.js', '@openfeature/ofrep-web-provider'],
];

const PAGE = `<!doctype html>
<title>A page without a bundler</title>
<link rel="icon" href="data:,">
<script type="importmap">${JSON.stringify({
  imports: Object.fromEntries(PACKAGES.map(([name]) => [name, `/modules/${name}`])),
})}</script>
<script type="module">
  import { OpenFeature } from '@openfeature/web-sdk';
  import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';
  window.evaluate = async ({ url, key, flags, context }) => {
    const provider = new OFREPWebProvider({
      baseUrl: url,
      pollInterval: 200,
      headers: [['authorization', 'Bearer ' + key]],
    });
    await OpenFeature.setProviderAndWait(provider, context);
    window.details = () =>
      flags.map((flag) => {
        const { value, variant, reason } = OpenFeature.getClient().getBooleanDetails(flag, true);
        return { value, variant, reason };
      });
    return window.details();
  };
  document.title = 'loaded';
</script>`;

/** Serves the page from an origin of its own, so that every call to the server is a cross-origin one. */
async function servePage(): Promise<string> {
  const here = createRequire(import.meta.url);
  const folderOf = (name: string, from = here): string => {
    const [folder] = (from.resolve.paths(name) ?? []).map((path) => join(path, name)).filter(isPackage);
    if (folder === undefined) throw new Error(`${name} is not installed`);
    return folder;
  };
  const files = new Map(
    PACKAGES.map(([name, entry, importedBy]) => {
      const from =
        importedBy === undefined ? here : createRequire(join(folderOf(importedBy), 'package.json'));
      return [`/modules/${name}`, join(folderOf(name, from), entry)];
    }),
  );
  const server = createServer(async (request, response) => {
    const file = files.get(request.url ?? '');
    response.setHeader('content-type', file === undefined ? 'text/html' : 'text/javascript');
    response.end(file === undefined ? PAGE : await readFile(file));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  atEndOfFile(() => new Promise((done) => server.close(done).closeAllConnections()));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

function isPackage(folder: string): boolean {
  try {
    return dirname(createRequire(import.meta.url).resolve(join(folder, 'package.json'))) !== '';
  } catch {
    return false;
  }
}

interface Details {
  readonly value: boolean;
  readonly variant?: string;
  readonly reason: string;
}

inBrowser('evaluates in a page of another origin with a web key, and follows a kill', async () => {
  const remote = await createGitRemote({
    files: {
      'flags/guidon.yaml': projectFile(),
      'flags/new-checkout.yaml': flagFile({ serve: { development: 'on' } }),
      'flags/gift-wrapping.yaml': flagFile({ serve: { development: 'off' } }),
    },
  });
  const [url, unlisted] = [await servePage(), await servePage()];
  const env = { GUIDON_WEB_ORIGINS: new URL(url).origin };
  const server = await BuiltServer.prepare({ gitUrl: remote.url, env });
  await server.start();
  // Root has no sandbox to offer.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await chromium.launch({ executablePath: executablePath as string, args });
  atEndOfFile(() => browser.close());
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  await page.waitForFunction(`document.title === 'loaded'`);

  const input = {
    url: server.url,
    key: server.keys.web,
    flags: ['new-checkout', 'gift-wrapping', 'no-such-flag'],
    context: { targetingKey: 'user-1' },
  };
  const details = (await page.evaluate(`window.evaluate(${JSON.stringify(input)})`)) as Details[];
  expect(details[0]).toMatchObject({ value: true, variant: 'on', reason: 'STATIC' });
  expect(details[1]).toMatchObject({ value: false, variant: 'off', reason: 'STATIC' });
  expect(details[2]).toMatchObject({ value: true, reason: 'ERROR' });

  await server.press({ flag: 'new-checkout' });
  await page.waitForFunction(`window.details()[0].reason === 'DISABLED'`, undefined, { timeout: 10_000 });
  expect(((await page.evaluate('window.details()')) as Details[])[0]).toMatchObject({
    value: false,
    variant: 'off',
  });
  expect(complaints).toEqual([]);

  // The same page with the same key from an origin that the key does not list: the browser shows it nothing.
  const stranger = await browser.newPage();
  await stranger.goto(unlisted);
  await stranger.waitForFunction(`document.title === 'loaded'`);
  const refused: number[] = [];
  stranger.on(
    'response',
    (response) => response.url().startsWith(server.url) && refused.push(response.status()),
  );
  const outcome = stranger.evaluate(`window.evaluate(${JSON.stringify(input)})`);
  await expect(outcome).rejects.toThrow();
  const answer = stranger.evaluate(
    `fetch('${server.url}/ofrep/v1/evaluate/flags', { method: 'POST', body: '{}' })`,
  );
  await expect(answer).rejects.toThrow('Failed to fetch');
  await browser.close();
  await server.stop();
});
