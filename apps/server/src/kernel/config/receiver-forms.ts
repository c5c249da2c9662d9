const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const SECRET_BYTES = { least: 24, most: 64 } as const;

export const RECEIVER_FORM =
  'must be an https URL (http on this machine only), without user and fragment, e.g. https://hooks.acme.example/guidon';
export const NOTIFY_SECRET_FORM =
  'must be whsec_ and 24 to 64 random bytes in base64, or several with commas while one is replaced; `echo whsec_$(openssl rand -base64 32)` prints one';

/** Where notifications may go: what the operator of the server names, never plain text over a network. */
export function isReceiver(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || url.hash !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname));
}

/** As the Standard Webhooks specification writes symmetric secrets. */
export function isNotifySecret(text: string): boolean {
  const [, encoded = ''] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const { length } = Buffer.from(encoded, 'base64');
  return length >= SECRET_BYTES.least && length <= SECRET_BYTES.most;
}
