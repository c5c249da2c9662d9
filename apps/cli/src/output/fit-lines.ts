/** Sequences that colour text: they take no place. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is how a terminal is told a colour.
const COLOUR = /\u001b\[[0-9;]*m/;
/** Signs that take two columns, and those that stand on top of another one. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const ON_TOP = /\p{Mn}|\p{Me}|\u200d|\ufe0f/u;

/** How many columns a terminal gives to a text. */
export function widthOf(text: string): number {
  return [...text.replace(new RegExp(COLOUR, 'g'), '')].reduce((sum, sign) => sum + widthOfSign(sign), 0);
}

/** At most so many columns of a line; what is cut off leaves `…`, and a colour ends with the line. */
export function cutLine(line: string, columns: number): string {
  if (widthOf(line) <= columns) return line;
  let kept = '';
  let width = 0;
  let isColoured = false;
  for (const part of line.split(new RegExp(`(${COLOUR.source})`))) {
    if (COLOUR.test(part)) {
      kept += part;
      isColoured = true;
      continue;
    }
    for (const sign of part) {
      width += widthOfSign(sign);
      if (width > columns - 1) return `${kept}…${isColoured ? '\u001b[0m' : ''}`;
      kept += sign;
    }
  }
  return kept;
}

/** A sentence over as many lines as it needs, each behind the indent. A word that is longer than a line is cut by `cutLine`. */
export function wrapText(text: string, columns: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && widthOf(indent + longer) > columns) {
      lines.push(indent + line);
      line = word;
    } else line = longer;
  }
  return line === '' ? lines : [...lines, indent + line];
}

function widthOfSign(sign: string): number {
  if (ON_TOP.test(sign)) return 0;
  return WIDE.test(sign) ? 2 : 1;
}
