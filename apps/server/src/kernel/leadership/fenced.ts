import type { Transactions } from '../database/index.js';
import type { Leadership } from './leadership.js';

/** Transactions of a worker that acts only while its server leads: each asks for that first, and is undone when it is not so. */
export function fenced(transactions: Transactions, leadership: Pick<Leadership, 'assertIn'>): Transactions {
  const guard =
    (run: Transactions['run']): Transactions['run'] =>
    (work) =>
      run(async (manager) => {
        await leadership.assertIn(manager);
        return work(manager);
      });
  return {
    run: guard((work) => transactions.run(work)),
    runReserved: guard((work) => transactions.runReserved(work)),
  };
}
