import { TestEnvironment } from 'jest-environment-node';
export default class LeanEnvironment extends TestEnvironment {
  async teardown() {
    await super.teardown();
    const before = process.memoryUsage().rss;
    if (process.env.LEAN_GC === '1') globalThis.gc?.();
    process.stderr.write(
      `RSS ${Math.round(before / 1e6)} -> ${Math.round(process.memoryUsage().rss / 1e6)} MB heap ${Math.round(process.memoryUsage().heapUsed / 1e6)} ext ${Math.round(process.memoryUsage().external / 1e6)}\n`,
    );
  }
}
