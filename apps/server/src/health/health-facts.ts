import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { LIVE_CATALOG, type LiveCatalog } from '../catalog/index.js';
import { DATABASE, type Database } from '../kernel/database/index.js';
import type { HealthFacts } from './decide-readiness.js';

/** Collects what the probes judge by. */
@Injectable()
export class HealthFactsReader implements OnModuleDestroy {
  private started = false;
  private draining = false;
  private countDrift: () => number | undefined = () => undefined;

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(LIVE_CATALOG) private readonly catalog: LiveCatalog,
  ) {}

  /** Said by the boot once the server listens. */
  markStarted(): void {
    this.started = true;
  }

  /** The first thing that a shutdown calls: from now on no balancer should send anything. */
  onModuleDestroy(): void {
    this.draining = true;
  }

  /** In how many ways what is served differs from Git, as it was read last; told by whoever looks into that. */
  offerDrift(count: () => number | undefined): void {
    this.countDrift = count;
  }

  driftReasons(): number | undefined {
    return this.countDrift();
  }

  hasStarted(): boolean {
    return this.started;
  }

  read(): HealthFacts {
    const { state } = this.database;
    const silent = state.silentSeconds();
    const environments = this.catalog.environments();
    return {
      draining: this.draining,
      liveEnvironments: environments.filter((name) => this.catalog.current(name) !== undefined).length,
      databaseUp: state.isUp(),
      ...(silent === undefined ? {} : { databaseSilentSeconds: silent }),
    };
  }
}
