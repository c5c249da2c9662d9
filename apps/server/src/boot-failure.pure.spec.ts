import { expect, it } from '@jest/globals';
import { explainBootFailure } from './boot-failure.js';

const config = { host: '10.9.9.9', port: 4242 };
const coded = (code: string, message = 'listen') => Object.assign(new Error(message), { code });

it.each([
  [coded('EADDRINUSE'), /^Port 4242 is in use: .*PORT=<number>\.$/],
  [coded('EADDRNOTAVAIL'), /^HOST=10\.9\.9\.9 is no address of this machine/],
  [coded('EACCES', 'listen EACCES'), /above 1023/],
  [coded('3D000', 'database "x" does not exist'), /^DATABASE_URL names a database that does not exist/],
  [coded('28P01', 'password authentication failed'), /^DATABASE_URL names a user or password/],
])('turns %s into one sentence that says how to mend it', (error, sentence) => {
  const text = explainBootFailure(error, config);
  expect(text).toMatch(sentence);
  expect(text).not.toContain('\n');
});

it('shows no password of an error that it does not know', () => {
  expect(explainBootFailure(new Error('at postgres://u:hunter2@h'), config)).not.toContain('hunter2');
});
