import { applyDecorators, SetMetadata } from '@nestjs/common';
import type { FastifyContextConfig } from 'fastify';
import { ExtendRouteConfig } from './route-config.js';

export const ACTION_METADATA = 'guidon:action';

/** What else a route declares of itself. */
export type RouteWays = Pick<FastifyContextConfig, 'ifMatch' | 'unlimited'>;

/**
 * Declares what a controller's route does, by the name of an action of the permission table. The hook on the root lets
 * in keys of people only, whatever their role; a guard then asks the table.
 */
export function DeclareAction(action: string, ways: RouteWays = {}): MethodDecorator {
  return applyDecorators(
    ExtendRouteConfig({ access: ['admin'], action, ...ways }),
    SetMetadata(ACTION_METADATA, action),
  );
}
