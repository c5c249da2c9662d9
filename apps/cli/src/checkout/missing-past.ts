import { openCheckout } from '@guidon/git';

/** What a command cannot know in a checkout whose history ends early, and how to mend it. */
export interface MissingPast {
  readonly sentence: string;
  readonly fix: string;
}

/** `undefined` where the whole history is there, and where there is none at all. */
export async function missingPast(folder: string): Promise<MissingPast | undefined> {
  const checkout = await openCheckout(folder);
  if (checkout === undefined || !(await checkout.isShallow())) return undefined;
  return {
    sentence:
      'This is a shallow clone: keys of deleted flags and versions that were live before are not known here.',
    fix: 'Get the whole history: git fetch --unshallow (in CI: fetch-depth: 0, or GIT_DEPTH: 0).',
  };
}
