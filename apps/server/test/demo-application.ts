import type { GuidonClient } from '@guidon/node';

/** What a shop needs of an SDK. */
export type ShopClient = Pick<GuidonClient, 'boolean' | 'request' | 'track'>;

export interface ShopOptions {
  readonly flag: string;
  /** Share of the calls that fail, by variant. */
  readonly failing: { readonly on: number; readonly off: number };
  readonly users?: number;
}

/**
 * A shop whose checkout may be the new one: every call asks for the flag and says how it ended. Which calls fail is counted
 * out, not drawn, so that a test says the same every day.
 */
export class DemoApplication {
  #calls = 0;
  readonly #owed = { on: 0, off: 0 };
  readonly served = { on: 0, off: 0 };

  constructor(
    private readonly client: ShopClient,
    private readonly options: ShopOptions,
  ) {}

  /** Serves so many calls, of one user after the other. */
  serve(calls: number): void {
    const { flag, failing, users = 2_000 } = this.options;
    for (let call = 0; call < calls; call += 1) {
      this.#calls += 1;
      const user = this.#calls % users;
      const context = {
        targetingKey: `user-${user}`,
        email: `user-${user}@${user % 100 === 0 ? 'acme' : 'customer'}.example`,
      };
      this.client.request(() => {
        const variant = this.client.boolean(flag, context, false) ? 'on' : 'off';
        this.served[variant] += 1;
        this.#owed[variant] += failing[variant];
        const failed = this.#owed[variant] >= 1;
        if (failed) this.#owed[variant] -= 1;
        this.client.track('http.error', context, { failed });
      });
    }
  }
}
