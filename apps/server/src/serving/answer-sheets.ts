import type { LiveEnvironment } from '../catalog/index.js';
import { AnswerSheet } from './answer-sheet.js';

/** One answer sheet per live view, made when first asked for and gone with the view. */
export class AnswerSheets {
  readonly #sheets = new WeakMap<LiveEnvironment, AnswerSheet>();
  #last: { readonly live: LiveEnvironment; readonly sheet: AnswerSheet } | undefined;

  /** `project` names the flag set together with the environment; read at each new sheet, since a revision may rename it. */
  constructor(private readonly project: () => string | undefined) {}

  of(live: LiveEnvironment): AnswerSheet {
    if (this.#last?.live === live) return this.#last.sheet;
    let sheet = this.#sheets.get(live);
    if (sheet === undefined) {
      const project = this.project();
      sheet = new AnswerSheet(
        live.view,
        project === undefined ? live.environment : `${project}/${live.environment}`,
      );
      this.#sheets.set(live, sheet);
    }
    this.#last = { live, sheet };
    return sheet;
  }
}
