import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import type { ReachProbe } from '../catalog/index.js';
import type { ProblemEncoders } from '../kernel/problem/index.js';
import { encodeOfrepProblem, OFREP_PREFIX } from './ofrep-problem.js';
import { registerOfrep } from './ofrep-routes.js';
import { registerSdk } from './sdk-routes.js';
import type { Serving } from './serving.js';

export interface Surroundings {
  readonly serving: Serving;
  readonly registry: Registry;
  readonly encoders: ProblemEncoders;
  readonly reach: ReachProbe;
}

/**
 * Puts the hot routes on a Fastify instance and starts the streams. Call it before the instance is ready, and after the
 * root's hooks and error handler are set: the routes live in a plugin, which takes them over when it is loaded.
 */
export function registerServing(fastify: FastifyInstance, surroundings: Surroundings): void {
  const { serving, registry, encoders, reach } = surroundings;
  const { hub, metrics } = serving;
  encoders.register(OFREP_PREFIX, encodeOfrepProblem);
  metrics.expose(registry, () => hub.byEnvironment());
  const withdraw = reach.offer(hub);
  hub.start();
  fastify.register((scope, _options, done) => {
    registerOfrep(scope, serving);
    registerSdk(scope, serving);
    scope.addHook('preClose', async () => {
      withdraw();
      await hub.drain();
    });
    done();
  });
}
