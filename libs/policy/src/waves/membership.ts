/** Every draw lies below this. 31 bits, so that a draw is always a small integer and passing it on allocates nothing. */
export const DRAWS = 2 ** 31;

const SEPARATOR = 0x1f;

/**
 * Where an instance stands in a wave, from 0 to `DRAWS - 1`: the lower, the sooner it joins. Another order for every
 * wave, so that it is not always the same hosts that go first. FNV-1a (G. Fowler, L. C. Noll, K.-P. Vo) over the code
 * units of wave and instance, finished as MurmurHash3 (A. Appleby) finishes, since FNV alone hardly moves the high bits
 * for texts that differ at their end. Synchronous and without allocation: serving asks it for every request.
 */
export function drawOf(instanceId: string, waveId: string): number {
  let h = absorb(0x811c9dc5, waveId);
  h = Math.imul(h ^ SEPARATOR, 0x01000193);
  h = absorb(h, instanceId);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 1;
}

function absorb(hash: number, text: string): number {
  let h = hash;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h;
}

/**
 * Whether an instance is in the wave at this share. Depends on nothing else, so that every replica answers alike, and
 * who is in stays in while the percent grows. 0 lets nobody in, 100 everybody.
 */
export function isInWave(instanceId: string, waveId: string, percent: number): boolean {
  return drawOf(instanceId, waveId) * 100 < percent * DRAWS;
}

/** The instance with the lowest draw, which joins when otherwise nobody would; of two, the first by its id. */
export function lowestOf(instanceIds: Iterable<string>, waveId: string): string | undefined {
  let lowest: string | undefined;
  let lowestDraw = DRAWS;
  for (const id of instanceIds) {
    const draw = drawOf(id, waveId);
    if (draw > lowestDraw || (draw === lowestDraw && lowest !== undefined && id > lowest)) continue;
    lowest = id;
    lowestDraw = draw;
  }
  return lowest;
}

/** Who is in the wave, of these instances: those below the share, or else the lowest. Empty only where nobody is. */
export function waveMembers(
  instanceIds: readonly string[],
  waveId: string,
  percent: number,
): readonly string[] {
  const members = instanceIds.filter((id) => isInWave(id, waveId, percent));
  if (members.length > 0 || percent <= 0) return members;
  const lowest = lowestOf(instanceIds, waveId);
  return lowest === undefined ? [] : [lowest];
}
