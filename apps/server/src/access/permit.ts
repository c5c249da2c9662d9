import type { Action } from '@guidon/policy/permissions';
import { DeclareAction, ExtendRouteConfig, type RouteWays } from '../kernel/http/index.js';

/** Declares what a controller's route does; whoever may never do that is refused before it runs. */
export function Permit(action: Action, ways: RouteWays = {}): MethodDecorator {
  return DeclareAction(action, ways);
}

/** A route that anybody may call: probes and documentation. */
export function Public(): MethodDecorator {
  return ExtendRouteConfig({ access: 'public' });
}

/** A route that any person's key may call, whatever its role: it is about that person alone. */
export function PermitAnybody(): MethodDecorator {
  return ExtendRouteConfig({ access: ['admin'] });
}
