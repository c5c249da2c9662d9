import { resolve } from 'node:path';
import { openCheckout } from '@guidon/git';

/** The top of the repository around a folder, where CI and editors look; without a repository, the folder itself. */
export async function repositoryTop(folder: string): Promise<string> {
  const checkout = await openCheckout(folder);
  return checkout === undefined || checkout.prefix === ''
    ? folder
    : resolve(folder, ...checkout.prefix.split('/').map(() => '..'));
}
