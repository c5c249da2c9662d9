import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { CLOCK, type Clock } from '../kernel/clock/index.js';
import { CATALOG_PARTS, type CatalogAssembly } from './create-catalog.js';

/** A start does not wait longer than this for a big catalog: serving begins as soon as it is loaded. */
const LONGEST_WAIT_MS = 2000;

/** Loads the last good state at boot and keeps it current until shutdown. */
@Injectable()
export class CatalogWorker implements OnModuleInit, OnModuleDestroy {
  private begun: Promise<void> = Promise.resolve();

  constructor(
    @Inject(CATALOG_PARTS) private readonly assembly: CatalogAssembly,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async onModuleInit(): Promise<void> {
    this.begun = this.assembly.watcher.start();
    await new Promise<void>((resolve) => {
      const timer = this.clock.after(LONGEST_WAIT_MS, resolve);
      void this.begun.finally(() => {
        timer.cancel();
        resolve();
      });
    });
  }

  async onModuleDestroy(): Promise<void> {
    // The thread first: a load in progress then fails at once instead of holding the shutdown up.
    await this.assembly.runner.close();
    await this.assembly.watcher.stop();
    await this.begun.catch(() => undefined);
  }
}
