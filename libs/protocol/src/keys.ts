/** `gdn_<admin|server|web>_<id>_<secret>`: the id is public and names the key in logs, the secret is 256 bits, base64url. */
export const KEY_KINDS = ['admin', 'server', 'web'] as const;
export type KeyKind = (typeof KEY_KINDS)[number];
export const KEY_FORM = /^gdn_(admin|server|web)_([a-z0-9]{8,32})_([A-Za-z0-9_-]{43})$/;

export interface ParsedKey {
  readonly kind: KeyKind;
  readonly id: string;
  readonly secret: string;
}

/** Splits a key into its parts, or `undefined` if it does not have the form. */
export function parseKey(text: string): ParsedKey | undefined {
  const match = KEY_FORM.exec(text);
  if (match === null) return undefined;
  return { kind: match[1] as KeyKind, id: match[2] as string, secret: match[3] as string };
}
