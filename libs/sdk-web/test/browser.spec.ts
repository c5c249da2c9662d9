import { atEndOfFile, findChromium, waitUntil } from '@guidon/testkit';
import { expect, jest, test } from '@jest/globals';
import { chromium, type Page } from 'playwright-core';
import { WEB_KEY } from './fake-world.js';
import { OfrepServer } from './ofrep-server.js';
import { PageServer } from './serve-page.js';

jest.setTimeout(60_000);

const executablePath = findChromium();
const inBrowser = executablePath === undefined ? test.skip : test;

const NEW = 'Pay in one step';
const OLD = 'Checkout, step 1 of 4';
const within = (what: string) => ({ timeoutMs: 10_000, everyMs: 10, what });
const heading = (page: Page, text: string) =>
  page.locator('h1', { hasText: text }).waitFor({ timeout: 10_000 });
const names = (page: Page) => page.evaluate<string[]>('guidon.events.map(([name]) => name)');

inBrowser(
  `follows a stream by the browser's own EventSource under a strict policy, and shares with tabs`,
  async () => {
    const [server, shop] = await Promise.all([new OfrepServer().start(), PageServer.start()]);
    atEndOfFile(() => server.stop());
    shop.settings = { url: server.url, key: WEB_KEY };
    // Root has no sandbox to offer.
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const browser = await chromium.launch({ executablePath: executablePath as string, args });
    atEndOfFile(() => browser.close());
    const context = await browser.newContext();
    const complaints: string[] = [];
    // Waits are a random part of something: a small part, so that the test need not wait.
    await context.addInitScript(`
    Math.random = () => 0.05;
    addEventListener('securitypolicyviolation', (event) => console.error('policy: ' + event.violatedDirective));`);
    const open = async () => {
      const page = await context.newPage();
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(shop.url);
      return page;
    };
    const page = await open();
    await heading(page, OLD);
    await waitUntil(
      () => server.streams.size === 1 && server.asked.length === 2,
      within('the stream was open'),
    );

    // A message, and nothing but a message.
    server.change({ 'new-checkout': true });
    await heading(page, NEW);
    expect([server.asked.length, await names(page)]).toEqual([
      3,
      ['PROVIDER_READY', 'PROVIDER_CONFIGURATION_CHANGED'],
    ]);
    expect(complaints).toEqual([]);

    // A break in which something changes that no message will tell.
    server.change({ 'new-checkout': false }, { tell: false });
    server.breakStreams();
    await heading(page, OLD);

    // A restart with another key for addresses: the old address is refused, a new one is fetched.
    await waitUntil(() => server.streams.size === 1, within('the stream was open again'));
    await server.stop();
    server.token = 2;
    server.change({ 'new-checkout': true });
    await server.start();
    await heading(page, NEW);
    await waitUntil(() => server.streams.size === 1, within('the stream was open at the new address'));
    expect(await names(page)).not.toContain('PROVIDER_STALE');

    // Another tab begins with what the first one had, and hears from it what it learns.
    const other = await open();
    await heading(other, NEW);
    await waitUntil(() => server.streams.size === 2, within('both tabs had a stream'));
    await page.locator('footer', { hasText: 'STATIC, network' }).waitFor();
    // The first tab once and the other twice: at its start, and when its stream was open.
    const looks = () => server.asked.filter(({ etag }) => etag === '"4-2"').length;
    await waitUntil(() => looks() === 3, within('both tabs had looked'));
    const asked = server.asked.length;
    server.change({ 'new-checkout': false }, { tell: false });
    await other.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
    await heading(other, OLD);
    await heading(page, OLD);
    expect(server.asked.length).toBe(asked + 1);

    // What the browser itself said of the restart, and nothing of the policy.
    for (const complaint of complaints) expect(complaint).toContain('net::ERR_');
    await browser.close();
  },
);
