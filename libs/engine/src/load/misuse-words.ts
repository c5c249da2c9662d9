/** What settings look like (docs/misuse.md), as text. The first that fits names what was found. */
export const CONFIG_TEXT: readonly (readonly [RegExp, string])[] = [
  [
    /-----BEGIN |^AKIA[0-9A-Z]{16}$|^gh[pousr]_\w{20,}|^glpat-[\w-]{20,}|^sk[-_](live|test)[-_]|^xox[abp]-|^eyJ[\w-]+\.[\w-]+\./,
    'a credential',
  ],
  [/^[a-z][a-z0-9+.-]*:\/\//i, 'a URL'],
  [/^arn:[a-z-]+:/, 'the name of a resource'],
  [
    /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+(com|net|org|io|dev|app|cloud|internal|local|localhost|lan|corp|example|svc|eu|no|de|uk)(:\d+)?(\/\S*)?$/i,
    'a host name',
  ],
  [/^[a-z][a-z0-9-]*(\.[a-z0-9-]+)*:\d{4,5}$/i, 'a host name with its port'],
  [/^(\d{1,3}\.){3}\d{1,3}(:\d+|\/\d+)?$/, 'an address'],
  [/^localhost(:\d+)?$/i, 'a host name'],
  [/^[^\s@]+@([a-z0-9-]+\.)+[a-z]{2,}$/i, 'an e-mail address'],
  [/^(\/[\w.-]+){2,}\/?$/, 'a path'],
  [/^\d+(\.\d+)?\s?(ms|s|sec|secs|seconds|m|min|minutes|h|hours)$/i, 'a time span'],
  [/^(?=.*\*)[\d*/,-]+( [\d*/,-]+){4}$/, 'a schedule'],
];

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** Words of settings, in the name of a field or of a number flag. */
export const CONFIG_WORDS = words(
  'url uri host hostname endpoint port timeout ttl interval retries password passwd secret token apikey credential credentials dsn connection poolsize',
);
/** Units at the end of such a name. */
export const CONFIG_UNITS = words('ms millis milliseconds seconds secs bytes kb mb gb');

/** Words of contracts, in the name of an attribute or a segment. */
export const CONTRACT_WORDS = words(
  'plan plans tier tiers subscription subscriptions subscribed subscriber subscribers license licence licensed licenses edition entitlement entitlements entitled sku addon addons paid paying premium',
);
/** Attributes that name customers one by one. */
export const CUSTOMER_WORDS = words(
  'id key account customer tenant org organisation organization company workspace user email',
);

/** `retryTimeoutMs` and `retry-timeout-ms` in small words. */
export function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
}
