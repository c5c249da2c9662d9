/** Thrown before anything is sent. */
export class EgressRefused extends Error {
  override readonly name = 'EgressRefused';
}

/**
 * A fetch that reaches the hosts named and no other: `name` for any port, `name:port` for one. It follows no redirect, since
 * that would lead past the list.
 */
export function guardedFetch(
  allowed: readonly string[],
  fetch: typeof globalThis.fetch = globalThis.fetch,
): typeof globalThis.fetch {
  const names = new Set(allowed.map((name) => name.toLowerCase()));
  return async (input, init) => {
    const { host, hostname } = new URL(input instanceof Request ? input.url : String(input));
    if (!names.has(host) && !names.has(hostname))
      throw new EgressRefused(
        `Calls to ${host} are not allowed; GUIDON_EGRESS_ALLOW names the hosts that are.`,
      );
    return fetch(input, { ...init, redirect: 'manual' });
  };
}
