import open from 'open';

/** True when a program took the address; whether a page appears nobody can know. */
export async function openInBrowser(address: string): Promise<boolean> {
  try {
    const child = await open(address);
    return await new Promise((resolve) => {
      child.once('error', () => resolve(false));
      child.once('spawn', () => resolve(true));
    });
  } catch {
    return false;
  }
}
