const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** `[` and `{`, `]` and `}` differ from each other in one bit. */
const OPENS = 0x5b;
const CLOSES = 0x5d;
const BRACE_BIT = 0x20;

/** Whether JSON text nests deeper than this many levels; told from the text, so that nothing deep is ever built. */
export function isJsonDeeperThan(text: string, levels: number): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === BACKSLASH) at += 1;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if ((code & ~BRACE_BIT) === OPENS) {
      depth += 1;
      if (depth > levels) return true;
    } else if ((code & ~BRACE_BIT) === CLOSES) depth -= 1;
  }
  return false;
}
