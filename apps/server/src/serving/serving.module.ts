import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { CatalogModule, LIVE_CATALOG, type LiveCatalog, ReachProbe } from '../catalog/index.js';
import { KeyService } from '../identity/index.js';
import { CLOCK, type Clock, METRICS, ProblemEncoders } from '../kernel/index.js';
import { registerServing } from './register-serving.js';
import { assembleServing, type Serving } from './serving.js';

const SERVING = Symbol('Serving');
const SURROUNDINGS = Symbol('Surroundings');

/** OFREP, ruleset and stream: plain Fastify routes inside the Nest application, without its interceptors. */
@Module({
  imports: [CatalogModule],
  providers: [
    {
      provide: SERVING,
      inject: [LIVE_CATALOG, CLOCK],
      useFactory: (catalog: LiveCatalog, clock: Clock) => assembleServing({ catalog, clock }),
    },
    {
      provide: SURROUNDINGS,
      inject: [SERVING, METRICS, ProblemEncoders, ReachProbe],
      useFactory: (serving: Serving, registry: Registry, encoders: ProblemEncoders, reach: ReachProbe) => ({
        serving,
        registry,
        encoders,
        reach,
      }),
    },
  ],
})
export class ServingModule implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    @Inject(SURROUNDINGS) private readonly surroundings: Parameters<typeof registerServing>[1],
    @Inject(KeyService) private readonly keys: KeyService,
  ) {}

  onModuleInit(): void {
    this.keys.onGone((keyId) => this.surroundings.serving.hub.endStreamsOfKey(keyId));
    registerServing(this.host.httpAdapter.getInstance<FastifyInstance>(), this.surroundings);
  }
}
