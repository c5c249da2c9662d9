import 'reflect-metadata';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { FastifyContextConfig } from 'fastify';

/**
 * Adds to what a controller's route declares in its Fastify route config. Several of these may stand on one route, which
 * the decorator of Nest does not allow: there the last one wins.
 */
export function ExtendRouteConfig(part: FastifyContextConfig): MethodDecorator {
  return (_target, _name, descriptor) => {
    const handler = descriptor.value as object;
    const before: FastifyContextConfig | undefined = Reflect.getMetadata(
      FASTIFY_ROUTE_CONFIG_METADATA,
      handler,
    );
    Reflect.defineMetadata(FASTIFY_ROUTE_CONFIG_METADATA, { ...before, ...part }, handler);
  };
}
