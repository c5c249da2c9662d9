/**
 * Who is meant by an address, for telling a second person from the first: regardless of case and of what follows a plus,
 * since `ada+2@acme.example` is a mailbox that ada opened herself. `Ada <ada@acme.example>` is the same again.
 */
export function personKey(address: string): string {
  const bare = /<([^<>]+)>\s*$/.exec(address)?.[1] ?? address;
  const plain = bare.trim().normalize('NFKC').toLowerCase();
  const at = plain.lastIndexOf('@');
  const plus = plain.indexOf('+');
  return plus > 0 && plus < at ? plain.slice(0, plus) + plain.slice(at) : plain;
}

/** Somebody as he comes: with a key that others may have had in their hands. */
export interface Hand {
  readonly email: string;
  /** Who made his key, who made the key it was made with, and so on: each has seen a text that speaks for him. */
  readonly makers?: readonly string[];
}

/** The first of these people who is the one that comes, or who could speak for him. */
export function findOneOf(people: readonly string[], { email, makers = [] }: Hand): string | undefined {
  const known = new Set(people.map(personKey));
  return [email, ...makers].find((one) => known.has(personKey(one)));
}

/** Every name once, in code-point order, and without one of them: how people are kept and compared as a set. */
export function peopleBut(one: string, people: readonly string[]): string[] {
  const names = new Set(people.map(personKey));
  names.delete(personKey(one));
  return [...names].sort();
}
