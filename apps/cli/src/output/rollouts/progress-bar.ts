const FULL = '█';
const EMPTY = '░';

/** `████░░░░░░  40 %`. Full only when all is done. */
export function progressBar(fraction: number, cells = 20): string {
  const share = Number.isFinite(fraction) ? Math.min(1, Math.max(0, fraction)) : 0;
  const filled = Math.floor(share * cells + 1e-9);
  const percent = String(Math.floor(share * 100 + 1e-9)).padStart(3);
  return `${FULL.repeat(filled)}${EMPTY.repeat(cells - filled)} ${percent} %`;
}
