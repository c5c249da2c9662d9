/** A file below the flags folder at one revision, as Git has it. */
export interface SourceFile {
  /** Relative to the flags folder, with forward slashes: `payments/new-checkout.yaml`. */
  readonly path: string;
  /** Git object id of the content (or any content hash); equal ids mean equal bytes. */
  readonly blob: string;
  /** The raw bytes; decoding is part of `load`, so that bad UTF-8 is a finding. Absent when `entry` is not `file`. */
  readonly bytes: Uint8Array;
  /** What the tree entry is; anything but a regular file is a finding. */
  readonly entry?: 'file' | 'executable' | 'symlink' | 'submodule';
}
