import type { CommitFact } from './review-facts.js';

/** https://docs.github.com/en/account-and-profile/reference/email-addresses-reference#your-noreply-email-address */
const NO_REPLY = /^(?:\d+\+)?([^@]+)@users\.noreply\.[^@]+$/;

/** A set of people under every name by which they are known: an address of a host stands for the login in it. */
export class People {
  private readonly names = new Set<string>();

  constructor(names: Iterable<string | undefined>) {
    for (const name of names) {
      if (name === undefined) continue;
      for (const known of namesOf(name)) this.names.add(known);
    }
  }

  has(name: string): boolean {
    return namesOf(name).some((known) => this.names.has(known));
  }
}

function namesOf(name: string): string[] {
  const plain = name.trim().toLowerCase();
  const login = NO_REPLY.exec(plain)?.[1];
  return login === undefined ? [plain] : [plain, login];
}

/** Each person once, in the order of mention. */
export function distinct(names: readonly string[]): string[] {
  const found: string[] = [];
  for (const name of names) if (!new People(found).has(name)) found.push(name);
  return found;
}

export function signerOf({ signature }: CommitFact): string | undefined {
  return signature.kind === 'good' ? signature.principal : undefined;
}
