import { InvalidArgumentError } from 'commander';

const MOST = 10_000;

/** A whole number from 1 to 10,000, as a command's option. */
export function readCount(text: string): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > MOST) throw new InvalidArgumentError(`Give a whole number from 1 to ${MOST}.`);
  return value;
}
