import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { reportMissing } from './requirement.js';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * Path of a Chromium to run browser tests in: `GUIDON_TEST_CHROMIUM`, else the first on PATH. `undefined` after a loud
 * skip; throws where `GUIDON_TEST_REQUIRE` names chromium.
 */
export function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const given = process.env.GUIDON_TEST_CHROMIUM;
  const candidates = [
    ...(given === undefined || given === '' ? [] : [given]),
    ...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))),
  ];
  const found = candidates.find(isExecutable);
  if (found === undefined) reportMissing('chromium', `Looked for ${NAMES.join(', ')} on PATH.`);
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
