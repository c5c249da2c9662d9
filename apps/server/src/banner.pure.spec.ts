import { expect, it } from '@jest/globals';
import { bannerText, tryText } from './banner.js';

const server = {
  url: 'http://127.0.0.1:4242',
  keys: { admin: 'gdn_admin_a_1', server: 'gdn_server_b_2', web: 'gdn_web_c_3' },
};
const options = {
  server,
  embedded: true,
  dataDir: '/srv/.guidon',
  environments: ['development', 'production'],
  environment: 'development',
  flag: 'new-checkout',
};

it('shows the address, the three keys and three lines to try', () => {
  const text = bannerText(options);
  for (const part of [server.url, ...Object.values(server.keys)]) expect(text).toContain(part);
  const lines = text.split('\n').filter((line) => line.includes('curl '));
  expect(lines).toHaveLength(3);
  expect(lines[0]).toContain('/ofrep/v1/evaluate/flags/new-checkout');
  expect(lines[1]).toContain('"environments":["development"]');
  expect(lines[2]).toContain('/api/v1/red-button/$KILL/revive"');
});

it('prints no line to try that could not work, and says why', () => {
  const nothing = tryText({ ...options, environments: [], environment: undefined, flag: undefined });
  expect(nothing).toMatch(/^No flag is live yet/);
  const elsewhere = tryText({ ...options, environment: 'prod', flag: undefined });
  expect(elsewhere).toContain('GUIDON_KEY_ENVIRONMENT says prod, which the project does not have');
  expect(elsewhere).toContain('its environments are development, production.');
  for (const text of [nothing, elsewhere, tryText({ ...options, flag: undefined })])
    expect(text).not.toContain('curl');
});

it('says that the embedded database is for trying, and only then', () => {
  expect(bannerText(options)).toContain('for trying and developing, not for production');
  expect(bannerText({ ...options, embedded: false })).not.toContain('trying and developing');
});

it('leaves a gap for a key that this server does not have', () => {
  const text = bannerText({ ...options, server: { url: server.url, keys: {} } });
  expect(text).toContain('made by another server of this database');
  expect(text).toContain('Bearer <key>');
});
