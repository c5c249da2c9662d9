import type { SourceFile } from '../model/index.js';
import type { FileKind } from '../schema/index.js';
import { readDocument } from './document.js';
import type { FileVersion, LoadInput } from './load-types.js';

/** What versions of files say, those of the revision that is judged and earlier ones; each is read once. */
export class EarlierTexts {
  private readonly missing = new Map<string, FileVersion>();
  private readonly raws = new Map<string, unknown>();
  private incoming: ReadonlyMap<string, SourceFile> | undefined;

  constructor(private readonly input: Pick<LoadInput, 'files' | 'past'>) {}

  /** Asked for, but not at hand. */
  lacking(): readonly FileVersion[] {
    return [...this.missing.values()];
  }

  /** `undefined` where the text is not at hand, or is none that today's schema takes. */
  rawOf(kind: FileKind, { path, blob }: FileVersion): unknown {
    const id = `${kind}:${blob}`;
    if (this.raws.has(id)) return this.raws.get(id);
    const bytes = this.bytesOf(blob);
    if (bytes === undefined) {
      this.missing.set(`${path}:${blob}`, { path, blob });
      return undefined;
    }
    const { raw } = readDocument({ path, blob, bytes }, kind);
    this.raws.set(id, raw);
    return raw;
  }

  private bytesOf(blob: string): Uint8Array | undefined {
    this.incoming ??= new Map(this.input.files.map((file) => [file.blob, file]));
    return this.incoming.get(blob)?.bytes ?? this.input.past?.textOf?.(blob);
  }
}
