import type { Action } from '@guidon/policy/permissions';
import { RouteConfig } from '@nestjs/platform-fastify';
import { DeclareAction, type RouteWays } from '../kernel/http/index.js';

/** Declares what a controller's route does; whoever may never do that is refused before it runs. */
export function Permit(action: Action, ways: RouteWays = {}): MethodDecorator {
  return DeclareAction(action, ways);
}

/** A route that anybody may call: probes and documentation. */
export function Public(): MethodDecorator {
  return RouteConfig({ access: 'public' });
}
