import { expect, jest, test } from '@jest/globals';
import pg from 'pg';
import { startPostgres } from './start-postgres.js';

jest.setTimeout(90_000);

const postgres = await startPostgres();
const onPostgres = postgres === undefined ? test.skip : test;

async function query(url: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

onPostgres('makes databases that know nothing of each other', async () => {
  const one = await postgres!.createDatabase();
  const two = await postgres!.createDatabase();
  await query(one.url, 'create table only_here (id int)');
  await expect(query(two.url, 'select * from only_here')).rejects.toThrow('does not exist');
  const copy = await postgres!.createDatabase({ template: one.name });
  expect(await query(copy.url, 'select count(*)::int as n from only_here')).toEqual([{ n: 0 }]);
  await one.drop();
  await one.drop();
  await expect(query(one.url, 'select 1')).rejects.toThrow('does not exist');
});

onPostgres('adopts the server that is already running', async () => {
  const again = await startPostgres();
  const mine = await postgres!.createDatabase();
  const theirs = await again!.createDatabase();
  expect(new URL(theirs.url).port).toBe(new URL(mine.url).port);
});
