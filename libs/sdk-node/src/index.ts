export type { EvaluationContext, JsonValue } from '@guidon/engine/model';
export type { ClientStatus, GuidonClient } from './client.js';
export type { ClientListeners } from './client-listeners.js';
export { createGuidon } from './create-guidon.js';
export type { Details } from './details.js';
export { GuidonProvider } from './guidon-provider.js';
export type { GuidonOptions, Logger } from './options.js';
export type { TrackingDetails } from './outcomes.js';
