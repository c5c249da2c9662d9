import type { Subject } from '@guidon/policy/permissions';
import type { Asker as HttpAsker } from '../identity/index.js';

/** Who presses or revives, with what he may do. */
export interface Asker extends HttpAsker {
  readonly subject: Subject;
}
