import type { JsonValue } from '@guidon/engine/model';

/** OpenFeature Remote Evaluation Protocol, OpenAPI 0.3.0 (open-feature/protocol). */
export const OFREP_ROUTES = {
  bulk: '/ofrep/v1/evaluate/flags',
  single: '/ofrep/v1/evaluate/flags/:key',
} as const;

export interface OfrepSuccess {
  readonly key: string;
  readonly value: JsonValue;
  readonly reason: string;
  readonly variant: string;
  readonly metadata: { readonly [name: string]: string | number | boolean };
}

export interface OfrepFailure {
  readonly key?: string;
  readonly errorCode: string;
  readonly errorDetails: string;
}

export interface OfrepBulk {
  readonly flags: readonly (OfrepSuccess | OfrepFailure)[];
  readonly metadata: { readonly [name: string]: string | number | boolean };
}
