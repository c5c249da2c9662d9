import { it } from '@jest/globals';

const named = new Map<number, number>();

/** A test of one sentence of the language; what is registered here must cover all forty. */
export function sentence(number: number, does: string, test: () => void): void {
  named.set(number, (named.get(number) ?? 0) + 1);
  it(`sentence ${number}: ${does}`, test);
}

export function sentencesWithoutTest(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1).filter((number) => !named.has(number));
}
