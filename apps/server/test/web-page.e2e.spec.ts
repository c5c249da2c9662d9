import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  atEndOfFile,
  createGitRemote,
  findChromium,
  flagFile,
  projectFile,
  temporaryFolder,
  waitUntil,
} from '@guidon/testkit';
import { expect, jest, test } from '@jest/globals';
import { chromium, type Page } from 'playwright-core';
import { PageServer } from '../../../libs/sdk-web/test/serve-page.js';
import { BuiltServer } from './built-server.js';

jest.setTimeout(120_000);

const executablePath = findChromium();
const inBrowser = executablePath === undefined ? test.skip : test;

/** `GUIDON_WRITE_SCREENSHOTS=1` renews the pictures of the documentation; otherwise they go to a temporary folder. */
const pictures = () =>
  process.env.GUIDON_WRITE_SCREENSHOTS === '1'
    ? fileURLToPath(new URL('../../../docs/images/', import.meta.url))
    : temporaryFolder('guidon-pictures');

const heading = (page: Page, text: string) =>
  page.locator('h1', { hasText: text }).waitFor({ timeout: 15_000 });

const NEW = 'Pay in one step';
const OLD = 'Checkout, step 1 of 4';

inBrowser(
  'shows a React page a commit, the red button, and what it had when the server is gone',
  async () => {
    const files = {
      'flags/guidon.yaml': projectFile(),
      'flags/new-checkout.yaml': flagFile({ serve: { development: 'off' } }),
      'flags/gift-wrapping.yaml': flagFile({ serve: { development: 'on' } }),
    };
    const remote = await createGitRemote({ files });
    const shop = await PageServer.start();
    const env = { GUIDON_WEB_ORIGINS: shop.url };
    const server = await BuiltServer.prepare({ gitUrl: remote.url, env });
    await server.start();
    shop.settings = { url: server.url, key: server.keys.web, pollIntervalMs: 1_000 };

    // Root has no sandbox to offer.
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const browser = await chromium.launch({ executablePath: executablePath as string, args });
    atEndOfFile(() => browser.close());
    const page = await browser.newPage({ viewport: { width: 420, height: 330 } });
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.addInitScript(`
      addEventListener('securitypolicyviolation', (event) => console.error('policy: ' + event.violatedDirective));`);
    const folder = await pictures();
    await mkdir(folder, { recursive: true });
    const picture = (name: string) => page.screenshot({ path: join(folder, `${name}.png`) });

    await page.goto(shop.url);
    await heading(page, OLD);
    await page.locator('footer', { hasText: 'STATIC, network' }).waitFor();
    await page.locator('#wrapping').waitFor();

    // A commit.
    await remote.publish({ 'flags/new-checkout.yaml': flagFile({ serve: { development: 'on' } }) });
    await server.sync();
    await heading(page, NEW);
    expect(await page.evaluate('guidon.events')).toEqual([
      ['PROVIDER_READY', undefined],
      ['PROVIDER_CONFIGURATION_CHANGED', ['new-checkout']],
    ]);
    await picture('web-page-on');

    // The red button.
    await server.press({ flag: 'new-checkout' });
    await heading(page, OLD);
    expect(await page.evaluate(`guidon.details('new-checkout')`)).toMatchObject({
      value: false,
      variant: 'off',
      reason: 'DISABLED',
      flagMetadata: { source: 'network', flagSetId: expect.stringContaining('development') },
    });
    await picture('web-page-killed');
    expect(complaints).toEqual([]);

    // The server goes; the page is opened anew.
    await server.kill();
    await page.reload();
    await heading(page, OLD);
    await page.locator('#wrapping').waitFor();
    await page.locator('footer', { hasText: 'CACHED, storage' }).waitFor();
    expect(await page.evaluate(`guidon.details('gift-wrapping')`)).toMatchObject({
      value: true,
      reason: 'CACHED',
      flagMetadata: { source: 'storage', ageMs: expect.any(Number) },
    });
    // The page's policy forbids to evaluate text in it, so that its functions cannot be waited for from inside.
    const names = () => page.evaluate<string[]>('guidon.events.map(([name]) => name)');
    await waitUntil(async () => (await names()).includes('PROVIDER_STALE'), {
      timeoutMs: 15_000,
      what: 'the page knew that its values are old',
    });

    // While it was gone the browser said so itself, and nothing else.
    for (const complaint of complaints) expect(complaint).toContain('net::ERR_CONNECTION_REFUSED');
    await browser.close();
  },
);
