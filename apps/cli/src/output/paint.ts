import picocolors from 'picocolors';

export type Paint = ReturnType<typeof picocolors.createColors>;

/** Colours for a terminal, or functions that leave the text as it is. */
export function paintFor(colours: boolean): Paint {
  return picocolors.createColors(colours);
}

/**
 * Text from a file or a server, safe to print: control characters become visible, so that nothing in a flag file or
 * in a reason can move the cursor or recolour the terminal.
 */
export function printable(text: string): string {
  return text.replace(/\p{Cc}|\p{Bidi_Control}/gu, (character) =>
    character === '\n' ? ' ' : `\\u${character.codePointAt(0)?.toString(16).padStart(4, '0')}`,
  );
}
