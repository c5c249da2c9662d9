import type { Finding } from '@guidon/engine/model';
import type { MissingPast } from '../../checkout/missing-past.js';
import type { Paint } from '../paint.js';

/** One run of `guidon lint`, ready to be told in any format. */
export interface LintReport {
  readonly findings: readonly Finding[];
  /** The flags folder, absolute. */
  readonly folder: string;
  /** How many files are meant, with or without findings. */
  readonly files: number;
  /** The flags folder seen from the current folder, with forward slashes; empty when it is that folder. */
  readonly fromHere: string;
  /** The same from the top of the checkout, which is what services that show findings beside the code want. */
  readonly fromTop: string;
  /** Says with what the files were compared. */
  readonly compared: string;
  readonly base: { readonly commit: string; readonly name: string } | null;
  /** What no comparison could see, because the history is not all there. */
  readonly missing: MissingPast | undefined;
  readonly paint: Paint;
  readonly version: string;
  /** Where the documentation of this version lies, without a slash at the end. */
  readonly docsUrl: string | undefined;
}

export function placedIn(folder: string, path: string): string {
  return folder === '' ? path : `${folder}/${path}`;
}
