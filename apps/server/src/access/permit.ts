import { type Action, rolesFor } from '@guidon/policy/permissions';
import { applyDecorators, SetMetadata } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';

export const PERMIT_METADATA = 'guidon:action';

/**
 * Declares what a controller's route does. The kinds of keys that the hook on the root lets in come from the same
 * permission table that the guard asks, so the two cannot drift apart.
 */
export function Permit(action: Action): MethodDecorator {
  return applyDecorators(RouteConfig({ access: rolesFor(action) }), SetMetadata(PERMIT_METADATA, action));
}

/** A route that anybody may call: probes and documentation. */
export function Public(): MethodDecorator {
  return RouteConfig({ access: 'public' });
}
