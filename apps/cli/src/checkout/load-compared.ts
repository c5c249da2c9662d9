import { type LoadInput, type LoadResult, load } from '@guidon/engine/load';

export type ReadTexts = (blobs: readonly string[]) => Promise<ReadonlyMap<string, Uint8Array>>;

/**
 * Judges a change, once more with the texts of earlier versions where something jumps or goes: they show whether it
 * only goes back. Whatever is still wanted then is not to be had.
 */
export async function loadCompared(input: LoadInput, readTexts: ReadTexts): Promise<LoadResult> {
  const texts = new Map<string, Uint8Array | undefined>();
  const { past } = input;
  for (;;) {
    const known =
      past === undefined
        ? {}
        : {
            past: {
              stepsOf: (unit: string) => past.stepsOf(unit),
              textOf: (blob: string) => texts.get(blob),
            },
          };
    const result = load({ ...input, ...known });
    const wanted = [...new Set(result.wanted.map(({ blob }) => blob))].filter((blob) => !texts.has(blob));
    if (wanted.length === 0) return result;
    const found = await readTexts(wanted);
    for (const blob of wanted) texts.set(blob, found.get(blob));
  }
}
