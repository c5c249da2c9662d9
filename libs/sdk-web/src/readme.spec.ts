import { readFileSync } from 'node:fs';
import { constants } from '@guidon/sdk-core';
import { atEndOfFile, waitUntil } from '@guidon/testkit';
import { describe, expect, test } from '@jest/globals';
import { OpenFeature } from '@openfeature/web-sdk';
import { WEB_KEY } from '../test/fake-world.js';
import { OfrepServer } from '../test/ofrep-server.js';
import { policyFor } from '../test/serve-page.js';
import { GuidonWebProvider } from './guidon-web-provider.js';
import {
  HIDDEN_CLOSE_MS,
  KEPT_ANSWERS,
  KEPT_MS,
  POLL_MIN_MS,
  REFUSED_STREAMS,
  SAFETY_INTERVAL_MS,
} from './limits.js';
import { OPTION_DEFAULTS } from './options.js';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const FLAT = README.replaceAll(/\s+/g, ' ');

describe('the README', () => {
  test('shows ten lines that work', async () => {
    const [, block = ''] = /```js\n(import [\s\S]+?)```/.exec(README) ?? [];
    expect(block.trim().split('\n').length).toBeLessThanOrEqual(10);
    const code = block
      .replaceAll(/^import .+$/gm, '')
      .replace('https://flags.acme.example', '$URL')
      .replace('gdn_web_…', WEB_KEY);
    const server = await new OfrepServer().start();
    atEndOfFile(() => server.stop());
    server.token = undefined;
    const shown: boolean[] = [];
    const names = ['GuidonWebProvider', 'OpenFeature', 'user', 'render'];
    new Function(...names, code.replace('$URL', server.url))(
      GuidonWebProvider,
      OpenFeature,
      { id: 'user-1' },
      (value: boolean) => shown.push(value),
    );
    server.values['new-checkout'] = true;
    await waitUntil(() => shown.includes(true), {
      timeoutMs: 5_000,
      everyMs: 10,
      what: 'the value was shown',
    });
    expect(server.asked[0]?.context).toEqual({ targetingKey: 'user-1' });
    await OpenFeature.clearProviders();
  });

  test('packs exactly what the package needs of this repository, and installs the same', () => {
    const [pack = ''] = /^npm pack .+$/m.exec(README) ?? [];
    const packed = [...pack.matchAll(/--workspace @guidon\/(\S+)/g)].map(([, name]) => name);
    const [, installed = ''] = /^npm install \/tmp\/guidon-\{(.+)\}-0\.1\.0\.tgz$/m.exec(README) ?? [];
    expect(installed.split(',')).toEqual(packed);
    const manifest = (folder: string) =>
      JSON.parse(readFileSync(new URL(`../../${folder}/package.json`, import.meta.url), 'utf8'));
    const needed = ['sdk-web', 'sdk-core', 'protocol'].flatMap((folder) =>
      Object.keys(manifest(folder).dependencies).filter((name) => name.startsWith('@guidon/')),
    );
    expect([...new Set([...needed, '@guidon/web'])].sort()).toEqual(
      packed.map((name) => `@guidon/${name}`).sort(),
    );
  });

  test('lists every option with the default that the code has', () => {
    const [, section = ''] = README.split('## Options');
    const rows = [...section.split('## ')[0].matchAll(/^\| `(\w+)` \| (\w+) \|/gm)];
    expect(Object.fromEntries(rows.map(([, name, fallback]) => [name, fallback]))).toEqual(
      Object.fromEntries(Object.entries(OPTION_DEFAULTS).map(([name, value]) => [name, String(value)])),
    );
  });

  test('states the numbers that the code has', () => {
    expect([HIDDEN_CLOSE_MS, SAFETY_INTERVAL_MS, KEPT_ANSWERS, KEPT_MS, REFUSED_STREAMS]).toEqual([
      120_000,
      600_000,
      5,
      30 * 86_400_000,
      3,
    ]);
    for (const said of [
      'After two minutes',
      'every ten minutes',
      'each of five contexts',
      'at most 30 days',
      'After three refusals in a row',
      `in ms; ${POLL_MIN_MS} at least`,
      `every ${constants.EXTENDED_RETRY_MS / 2_000} to ${constants.EXTENDED_RETRY_MS / 1_000} s`,
      `up to ${constants.BACK_OFF_CAP_MS / 1_000} s`,
      'server away for a minute',
    ])
      expect(FLAT).toContain(said);
    expect(constants.GRACE_MS).toBe(60_000);
  });

  test('names the policy under which the page is tested', () => {
    // The page that is tested needs no more of its own origin than files.
    const policy = policyFor('https://flags.acme.example').replace('connect-src', "connect-src 'self'");
    expect(README).toContain(policy);
  });
});
