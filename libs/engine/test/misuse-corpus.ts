/** What a person who knows the shop would call the flag. */
export type Label = 'fine' | 'config' | 'entitlement';

export interface LabelledFlag {
  readonly what: string;
  readonly label: Label;
  readonly key?: string;
  readonly type?: 'release' | 'experiment' | 'ops';
  /** YAML after the obligatory fields. */
  readonly more: string;
}

const variants = (on: string, off: string) =>
  `variants: { on: ${on}, off: ${off} }\nenvironments: { production: { serve: off } }\n`;
const rule = (when: string, more = 'serve: on', rest = 'serve: off') =>
  `environments:\n  production:\n    rules:\n      - { id: some, when: ${when}, ${more} }\n    ${rest}\n`;
const list = (count: number, name = 'acct') =>
  `[${Array.from({ length: count }, (_, index) => `${name}-${index}`).join(', ')}]`;
const map = (count: number) =>
  `{ ${Array.from({ length: count }, (_, index) => `a${index}: ${index}`).join(', ')} }`;

/**
 * Flags labelled by hand. They were written by whoever wrote the heuristics, so the figures flatter: a store in the field
 * will show lower ones. Some are hard on purpose, and what is missed or wrongly accused stays in.
 */
export const MISUSE_CORPUS: readonly LabelledFlag[] = [
  // Configuration.
  {
    what: 'the address of a service',
    label: 'config',
    more: variants('"https://search-2.acme.example/v2"', '"https://search.acme.example"'),
  },
  {
    what: 'a database address',
    label: 'config',
    more: variants('"postgres://db-2:5432/shop"', '"postgres://db-1:5432/shop"'),
  },
  { what: 'a host name', label: 'config', more: variants('search-2.internal', 'search-1.internal') },
  {
    what: 'a short host name with its port',
    label: 'config',
    more: variants('"redis-2:6379"', '"redis-1:6379"'),
  },
  { what: 'an address of the network', label: 'config', more: variants('10.0.0.7', '10.0.0.8') },
  { what: 'a token of a Git host', label: 'config', more: variants('ghp_0123456789abcdefghij0123', 'none') },
  { what: 'a payment key', label: 'config', more: variants('sk_live_4eC39HqLyjWDarjtT1zdp7dc', 'none') },
  { what: 'a time-out in text', label: 'config', more: variants('"500ms"', '"2s"') },
  { what: 'a time-out in a number', label: 'config', key: 'search-timeout', more: variants('500', '2000') },
  {
    what: 'a number of milliseconds',
    label: 'config',
    key: 'checkout-patience-ms',
    more: variants('500', '2000'),
  },
  { what: 'a pool size', label: 'config', key: 'db-pool-size', more: variants('50', '20') },
  {
    what: 'settings of a client',
    label: 'config',
    more: variants('{ retries: 3, backoff: 2 }', '{ retries: 1, backoff: 1 }'),
  },
  {
    what: 'a connection in a map',
    label: 'config',
    more: variants('{ host: a, port: 1 }', '{ host: b, port: 2 }'),
  },
  {
    what: 'an address deep in a map',
    label: 'config',
    more: variants('{ mail: { server: "smtp.acme.example" } }', '{ mail: { server: "smtp.acme.example" } }'),
  },
  { what: 'a long text of terms', label: 'config', more: variants(`"${'word '.repeat(200)}"`, 'none') },
  { what: 'encoded data', label: 'config', more: variants(`"${'QUJD'.repeat(30)}"`, 'none') },
  { what: 'a settings file in a map', label: 'config', more: variants(map(30), map(30)) },
  {
    what: 'a path on a disk',
    label: 'config',
    more: variants('/var/lib/shop/index', '/var/lib/shop/old-index'),
  },
  { what: 'a schedule', label: 'config', more: variants('"*/5 * * * *"', '"0 * * * *"') },
  {
    what: 'the mailbox of a team',
    label: 'config',
    more: variants('help@acme.example', 'support@acme.example'),
  },
  { what: 'the name of a model', label: 'config', more: variants('gpt-large-2026-09', 'gpt-small-2026-09') },
  { what: 'a log level', label: 'config', type: 'ops', more: variants('debug', 'info') },
  // Entitlements.
  { what: 'a feature of a paid tier', label: 'entitlement', more: rule('{ subscriptionTier: gold }') },
  {
    what: 'a feature of several plans',
    label: 'entitlement',
    more: rule('{ billingPlan: [pro, enterprise] }'),
  },
  {
    what: 'everyone who does not use the free plan',
    label: 'entitlement',
    more: rule('{ not: { billingPlan: free } }'),
  },
  {
    what: 'a licence among other conditions',
    label: 'entitlement',
    more: rule('{ platform: web, licence: full }'),
  },
  { what: 'an add-on that was bought', label: 'entitlement', more: rule('{ addons: reports }') },
  {
    what: 'an ops flag for those who pay',
    label: 'entitlement',
    type: 'ops',
    more: rule('{ isPaying: true }'),
  },
  {
    what: 'a list of customers for ever',
    label: 'entitlement',
    type: 'ops',
    more: rule(`{ accountId: ${list(25)} }`),
  },
  {
    what: 'a list of tenants for ever',
    label: 'entitlement',
    type: 'ops',
    more: rule(`{ tenant: ${list(40, 'shop')} }`),
  },
  { what: 'a segment of subscribers', label: 'entitlement', more: rule('{ segment: premium-subscribers }') },
  {
    what: 'a segment of paying customers among others',
    label: 'entitlement',
    more: rule('{ segment: [paying-customers, beta-testers] }'),
  },
  { what: 'a level that is bought', label: 'entitlement', more: rule('{ level: enterprise }') },
  // Neither.
  { what: 'a plain release', label: 'fine', more: 'environments: { production: { serve: off } }\n' },
  {
    what: 'texts of a button',
    label: 'fine',
    more: variants('"Buy now"', '"Order with an obligation to pay."'),
  },
  { what: 'colours', label: 'fine', more: variants('"#ff6600"', '"#0066ff"') },
  { what: 'names of layouts', label: 'fine', more: variants('two-columns', 'classic') },
  { what: 'numbers of results', label: 'fine', key: 'results-on-a-page', more: variants('24', '12') },
  {
    what: 'a limit that is tried out',
    label: 'fine',
    key: 'free-delivery-limit',
    more: variants('300', '500'),
  },
  {
    what: 'a shape of a page',
    label: 'fine',
    more: variants('{ columns: 3, title: New }', '{ columns: 2, title: Old }'),
  },
  { what: 'an algorithm by name', label: 'fine', more: variants('bm25', 'vectors') },
  { what: 'a version of an interface', label: 'fine', more: variants('"v2.1"', '"v1.9"') },
  { what: 'a text with a colon', label: 'fine', more: variants('"New: gift wrapping!"', '"Gift wrapping"') },
  {
    what: 'a promise with a time in it',
    label: 'fine',
    more: variants('"Delivered within 30 min"', '"Delivered today"'),
  },
  { what: 'a picture format', label: 'fine', more: variants('image/avif', 'image/webp') },
  { what: 'a ratio', label: 'fine', more: variants('"16:9"', '"4:3"') },
  { what: 'a call to follow somebody', label: 'fine', more: variants('"Follow @acme"', '"Follow us"') },
  { what: 'a pilot by country', label: 'fine', more: rule('{ country: [NO, SE] }') },
  { what: 'staff first', label: 'fine', more: rule('{ segment: staff }') },
  { what: 'testers of a beta', label: 'fine', more: rule('{ segment: beta-testers }') },
  {
    what: 'a pilot with twenty accounts that expires',
    label: 'fine',
    more: rule(`{ accountId: ${list(20)} }`),
  },
  {
    what: 'a few accounts of an ops flag',
    label: 'fine',
    type: 'ops',
    more: rule(`{ accountId: ${list(3)} }`),
  },
  {
    what: 'a plan first, everyone later',
    label: 'fine',
    more: rule('{ billingPlan: pro }', 'serve: on', 'rollout: { to: on, plan: careful }\n    serve: off'),
  },
  {
    what: 'a plan that is left out for now',
    label: 'fine',
    more: rule('{ billingPlan: enterprise }', 'serve: off', 'serve: on'),
  },
  { what: 'a tenth of a plan', label: 'fine', more: rule('{ billingPlan: pro }', 'percent: 10, serve: on') },
  {
    what: 'an experiment among subscribers',
    label: 'fine',
    type: 'experiment',
    more: rule('{ subscriptionTier: gold }', 'split: { on: 50, off: 50 }'),
  },
  {
    what: 'old applications stay out',
    label: 'fine',
    more: rule('{ appVersion: { lt: 2.10.0 } }', 'serve: off', 'serve: on'),
  },
  { what: 'a flight plan', label: 'fine', more: rule('{ flightPlan: filed }') },
  { what: 'the port of a ship', label: 'fine', more: variants('{ port: Oslo }', '{ port: Bergen }') },
];
