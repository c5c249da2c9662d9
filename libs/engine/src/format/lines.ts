export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Whether the line over the one of an offset is there and blank. */
export function isGapAbove(text: string, offset: number): boolean {
  const start = lineStart(text, offset);
  if (start === 0) return false;
  return text.slice(lineStart(text, start - 1), start).trim() === '';
}
