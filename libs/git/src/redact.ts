const LONGEST_MESSAGE = 600;

/**
 * Makes git's output fit for a log line or an answer: no user information in URLs, no authorization headers, none of
 * the given secrets, no control characters, and a bounded length.
 */
export function redact(text: string, secrets: readonly string[] = []): string {
  let clean = text;
  for (const secret of secrets) if (secret !== '') clean = clean.replaceAll(secret, '***');
  clean = clean
    .replace(/([a-z][a-z0-9+.-]*:\/\/)[^/@\s'"]*@/gi, '$1***@')
    .replace(/(authorization:\s*)[^\r\n]*/gi, '$1***')
    .replace(/\b(gh[a-z]_|github_pat_|glpat-|gdn_)[A-Za-z0-9_-]+/g, '***')
    // A remote decides what stands here, so it must not be able to forge log lines, move a terminal's cursor or turn text round.
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
  return clean.length > LONGEST_MESSAGE ? `${clean.slice(0, LONGEST_MESSAGE)} …` : clean;
}
