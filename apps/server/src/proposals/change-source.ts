import { createHash } from 'node:crypto';
import { type BuiltChange, ChangeBuilder } from './build-change.js';
import { buildEarlier } from './build-earlier.js';
import type { DesiredEdits } from './desired-edits.js';
import type { Look } from './look.js';
import { readSources } from './read-sources.js';

/** A few milliseconds' work. */
const FLAGS_AT_ONCE = 5;
const MOST_KEPT = 20;

/**
 * What edits come to at a commit. Kept until either changes: a press on everything means thousands of edits, and an open
 * proposal is looked at again and again.
 */
export class ChangeSource {
  private readonly kept = new Map<string, { readonly key: string; readonly built: BuiltChange }>();

  async built(proposalId: string, desired: DesiredEdits, look: Look): Promise<BuiltChange> {
    const key = createHash('sha256')
      .update(JSON.stringify([look.head, desired.asOf ?? '', ...desired.edits]))
      .digest('hex');
    const known = this.kept.get(proposalId);
    if (known?.key === key) return known.built;
    const built = await build(desired, look);
    this.kept.delete(proposalId);
    this.kept.set(proposalId, { key, built });
    const oldest = this.kept.keys().next();
    if (this.kept.size > MOST_KEPT && oldest.done !== true) this.kept.delete(oldest.value);
    return built;
  }
}

/** In slices, between which requests are answered. */
async function build({ edits, asOf }: DesiredEdits, look: Look): Promise<BuiltChange> {
  if (asOf !== undefined) return buildEarlier(asOf, look);
  const at = { commit: look.head, folder: look.folder };
  const sources = await readSources(look.writer, at, edits.keys());
  const builder = new ChangeBuilder();
  let count = 0;
  for (const [flag, edit] of edits) {
    if (++count % FLAGS_AT_ONCE === 0) await new Promise<void>((resume) => setImmediate(resume));
    builder.add(flag, edit, sources.get(flag));
  }
  return builder.built();
}
