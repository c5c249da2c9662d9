/**
 * A list of allowed signers without the keys that do not count at a time. Git asks ssh-keygen whether a key was valid at
 * the time that the commit claims, and whoever holds an old key can claim any time; so a key must also be valid when we
 * see the commit. The form is that of ssh-keygen: https://man.openbsd.org/ssh-keygen.1#ALLOWED_SIGNERS
 */
export function signersAt(text: string, nowMs: number): string {
  return text
    .split('\n')
    .map((line) => (isValidAt(line, nowMs) ? line : expired(line)))
    .join('\n');
}

function isValidAt(line: string, nowMs: number): boolean {
  const options = optionsOf(line);
  const afterMs = timeOf(options, 'valid-after');
  const beforeMs = timeOf(options, 'valid-before');
  return (afterMs === undefined || nowMs >= afterMs) && (beforeMs === undefined || nowMs <= beforeMs);
}

/** What stands before the key. A comment line or one without a key is left to ssh-keygen. */
function optionsOf(line: string): string {
  const at = line.search(/\s(ssh|ecdsa|sk-ssh|sk-ecdsa)-\S+\s+\S/);
  return line.startsWith('#') || at === -1 ? '' : line.slice(0, at);
}

/** `YYYYMMDD[HHMM[SS]][Z]`; without the Z in the machine's time zone, as ssh-keygen has it. */
function timeOf(options: string, name: string): number | undefined {
  const match = new RegExp(
    `\\b${name}="?(\\d{4})(\\d\\d)(\\d\\d)(?:(\\d\\d)(\\d\\d)(\\d\\d)?)?(Z?)`,
    'i',
  ).exec(options);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (match[7] !== '') return Date.UTC(year, month - 1, day, hour, minute, second);
  return new Date(year, month - 1, day, hour, minute, second).getTime();
}

/** The key stays on the list with an end long past, so that ssh-keygen can say that it has expired. */
function expired(line: string): string {
  const principals = /^\s*("[^"]*"|\S+)/.exec(line)?.[1] ?? '*';
  return `${principals} valid-before="19700102"${line.slice(optionsOf(line).length)}`;
}
