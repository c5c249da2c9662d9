import { Writable } from 'node:stream';
import { expect, it } from '@jest/globals';
import { createLog } from './create-log.js';

const SECRET = 's'.repeat(43);

function logged(write: (log: ReturnType<typeof createLog>) => void): string {
  let text = '';
  const sink = new Writable({
    write(chunk, _encoding, done) {
      text += chunk;
      done();
    },
  });
  write(createLog('debug', sink));
  return text;
}

it('censors what is secret by its name', () => {
  const text = logged((log) => {
    log.info({ authorization: SECRET, headers: { 'x-api-key': SECRET }, config: { password: SECRET } }, 'x');
    log.info({ signingKey: SECRET, request: { token: SECRET } }, 'x');
  });
  expect(text).not.toContain(SECRET);
  expect(text.match(/\[redacted\]/g)).toHaveLength(5);
});

it('takes keys and URL passwords out of errors and their causes, and keeps the public id', () => {
  const cause = new Error(`refused postgres://guidon:hunter2@db/x`);
  const text = logged((log) =>
    log.error({ err: new Error(`key gdn_web_abcdefgh_${SECRET}`, { cause }) }, 'x'),
  );
  expect(text).not.toContain(SECRET);
  expect(text).not.toContain('hunter2');
  expect(text).toContain('gdn_web_abcdefgh_[redacted]');
  expect(text).toContain('postgres://[redacted]@db/x');
});
