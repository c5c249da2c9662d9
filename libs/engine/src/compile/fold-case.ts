/**
 * Comparing without regard to case, by the lower case of Unicode and no locale. Text in ASCII, which is nearly all of
 * it, is compared in place; other text is folded first, which allocates.
 */

/** How a text stands to its lower case: already equal, ASCII with capitals, or beyond ASCII. */
export type Casing = 'folded' | 'ascii' | 'wide';

export function casingOf(text: string): Casing {
  let casing: Casing = 'folded';
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) return 'wide';
    if (code >= 65 && code <= 90) casing = 'ascii';
  }
  return casing;
}

/** Whether `folded` stands in the ASCII text at `at`. */
function standsAt(text: string, at: number, folded: string): boolean {
  for (let i = 0; i < folded.length; i++) {
    const code = text.charCodeAt(at + i);
    const lower = code >= 65 && code <= 90 ? code | 0x20 : code;
    if (lower !== folded.charCodeAt(i)) return false;
  }
  return true;
}

/** The tests on ASCII text with capitals, against one folded value. */
export const IN_PLACE = {
  in: (text: string, folded: string): boolean => text.length === folded.length && standsAt(text, 0, folded),
  startsWith: (text: string, folded: string): boolean =>
    text.length >= folded.length && standsAt(text, 0, folded),
  endsWith: (text: string, folded: string): boolean =>
    text.length >= folded.length && standsAt(text, text.length - folded.length, folded),
  contains: (text: string, folded: string): boolean => {
    for (let at = 0; at + folded.length <= text.length; at++) if (standsAt(text, at, folded)) return true;
    return false;
  },
} as const;
