import type { SourceFile } from '@guidon/engine/model';
import type { BlobContent, FileChanges, FileRef } from './load-messages.js';

/** The files of the newest tree, and their contents by blob, so that what is known already need not be sent again. */
export class LoadTree {
  private contents = new Map<string, Uint8Array>();
  private files: FileRef[] = [];

  /** Answers with the blobs whose content is missing. */
  open(files: readonly FileRef[], first: boolean): readonly string[] {
    if (first) this.files = [];
    this.files.push(...files);
    return this.missing(files);
  }

  amend({ set, gone }: FileChanges): readonly string[] {
    const changed = new Map<string, FileRef | undefined>(gone.map((path) => [path, undefined]));
    for (const file of set) changed.set(file.path, file);
    // What has only changed stays in its place: lists in the same order are compared in no time.
    this.files = this.files.flatMap((file) => {
      if (!changed.has(file.path)) return file;
      const now = changed.get(file.path);
      changed.delete(file.path);
      return now ?? [];
    });
    for (const file of changed.values()) if (file !== undefined) this.files.push(file);
    return this.missing(set);
  }

  private missing(files: readonly FileRef[]): readonly string[] {
    return files
      .filter(({ entry, blob }) => hasContent(entry) && !this.contents.has(blob))
      .map((file) => file.blob);
  }

  stage(contents: readonly BlobContent[]): void {
    for (const [blob, bytes] of contents) this.contents.set(blob, bytes);
  }

  sources(): SourceFile[] {
    return this.files.map(({ path, blob, entry }) => {
      return { path, blob, entry, bytes: this.contents.get(blob) ?? new Uint8Array(0) };
    });
  }

  /** Only what the newest tree holds can be asked for again without being sent. */
  forgetContents(): void {
    if (this.contents.size <= this.files.length) return;
    const kept = new Map<string, Uint8Array>();
    for (const { blob } of this.files) {
      const bytes = this.contents.get(blob);
      if (bytes !== undefined) kept.set(blob, bytes);
    }
    this.contents = kept;
  }
}

/** The executable bit means nothing for a flag file. Links and submodules are refused without a look inside. */
function hasContent(entry: FileRef['entry']): boolean {
  return entry === 'file' || entry === 'executable';
}
