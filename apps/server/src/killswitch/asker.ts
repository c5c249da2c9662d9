/** Who mutates, and how the request can be told from another. */
export interface Asker {
  readonly keyId: string;
  readonly actor: string;
  readonly requestId: string;
  readonly idempotencyKey: string | undefined;
}
