const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/**
 * Whether an object of the text names a member twice, of which a parser keeps the last one in silence and another program
 * the first. Told by counting: in valid JSON each colon outside of strings belongs to one member.
 */
export function hasRepeatedMembers(text: string, parsed: unknown): boolean {
  return colonsIn(text) !== membersOf(parsed);
}

function colonsIn(text: string): number {
  let colons = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === BACKSLASH) at += 1;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (code === COLON) colons += 1;
  }
  return colons;
}

/** The depth was judged before. */
function membersOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const isList = Array.isArray(value);
  let members = 0;
  for (const name in value) {
    if (!isList) members += 1;
    const inner: unknown = (value as { readonly [name: string]: unknown })[name];
    if (typeof inner === 'object') members += membersOf(inner);
  }
  return members;
}
