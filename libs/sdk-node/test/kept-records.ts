import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Place, seal, unseal } from '../src/disk/record-file.js';

export interface KeptRecord {
  readonly path: string;
  readonly kind: string;
  readonly text: string;
}

/** All records in a data folder, each with its text; one that is not as it was written fails the test. */
export function keptRecords(folder: string): readonly KeptRecord[] {
  return readdirSync(folder)
    .filter((name) => !name.endsWith('.tmp'))
    .map((name) => {
      const path = join(folder, name);
      const sealed = readFileSync(path, 'utf8');
      const kind = name.split('.')[1] ?? '';
      const opened = unseal(placeOf(folder, sealed), kind, sealed);
      if (typeof opened !== 'object') throw new Error(`${name} is ${opened}.`);
      return { path, kind, text: opened.text };
    });
}

/** Writes into the records that what is kept was served for this long: nobody waits ten minutes in a test. */
export function growOld(folder: string, servedMs: number): void {
  for (const { path, kind, text } of keptRecords(folder)) {
    if (kind !== 'proof') continue;
    const sealed = readFileSync(path, 'utf8');
    const older = JSON.stringify({ ...JSON.parse(text), servedMs });
    writeFileSync(path, seal(placeOf(folder, sealed), kind, older));
  }
}

function placeOf(folder: string, sealed: string): Place {
  return { folder, identity: sealed.split(' ')[1] ?? '', warn: () => {} };
}
