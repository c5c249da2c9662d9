import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ExtendRouteConfig } from './route-config.js';

export const ACTION_METADATA = 'guidon:action';

/**
 * Declares what a controller's route does, by the name of an action of the permission table. The hook on the root lets
 * in keys of people only, whatever their role; a guard then asks the table.
 */
export function DeclareAction(action: string): MethodDecorator {
  return applyDecorators(
    ExtendRouteConfig({ access: ['admin'], action }),
    SetMetadata(ACTION_METADATA, action),
  );
}
