import type { Action } from '@guidon/policy/permissions';
import { RouteConfig } from '@nestjs/platform-fastify';
import { DeclareAction } from '../kernel/http/index.js';

/** Declares what a controller's route does; whoever may never do that is refused before it runs. */
export function Permit(action: Action): MethodDecorator {
  return DeclareAction(action);
}

/** A route that anybody may call: probes and documentation. */
export function Public(): MethodDecorator {
  return RouteConfig({ access: 'public' });
}
