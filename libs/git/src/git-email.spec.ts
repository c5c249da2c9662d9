import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createGitRemote, temporaryFolder } from '@guidon/testkit';
import { expect, it, jest } from '@jest/globals';
import { gitEmail } from './git-email.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

it("answers with the repository's own address before the person's", async () => {
  const home = await temporaryFolder();
  await writeFile(join(home, '.gitconfig'), '[user]\n\temail = ada@acme.example\n');
  const world = { PATH: process.env.PATH, HOME: home };
  expect(await gitEmail(home, world)).toBe('ada@acme.example');
  const { person } = await createGitRemote();
  await person.git('config', 'user.email', 'bo@acme.example');
  expect(await gitEmail(person.folder, world)).toBe('bo@acme.example');
});

it('answers nothing where there is no git to ask', async () => {
  const home = await temporaryFolder();
  expect(await gitEmail(home, { PATH: '/nonexistent', HOME: home })).toBeUndefined();
  expect(await gitEmail(join(home, 'gone'), { PATH: process.env.PATH, HOME: home })).toBeUndefined();
});
