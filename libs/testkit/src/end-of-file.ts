/**
 * Runs clean-up when the current spec file ends, last registered first. Hooks cannot be registered from inside a test, so
 * one is registered when this module is loaded, which jest does once per spec file. Outside jest nothing runs by itself.
 */
type Cleanup = () => unknown;
const cleanups: Cleanup[] = [];

export function atEndOfFile(cleanup: Cleanup): void {
  cleanups.push(cleanup);
}

/** For scripts that use the testkit without jest. One clean-up that fails does not keep the others from running. */
export async function endNow(): Promise<void> {
  const failures: unknown[] = [];
  for (let next = cleanups.pop(); next !== undefined; next = cleanups.pop()) {
    try {
      await next();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'clean-up after the spec file failed');
}

const hooks = globalThis as { afterAll?: (run: () => Promise<void>, timeoutMs: number) => void };
hooks.afterAll?.(endNow, 60_000);
