/** Who acted, taken apart so that it can be searched by its parts. */
export type AuditActor =
  | { readonly kind: 'key'; readonly key: string; readonly owner: string; readonly breakGlass?: true }
  /** Nobody's key yet: somebody who signs in. */
  | { readonly kind: 'person'; readonly owner: string }
  | { readonly kind: 'system'; readonly worker: string };

const KEY = /^key:([^/]*)\/(.*)$/s;
const BREAK_GLASS = ' (break-glass)';

/** Reads `key:<id>/<owner>`, `person:<e-mail>` and `system:<worker>`. Owners are in small letters, as they are compared. */
export function actorOfEntry(actor: string): AuditActor {
  const [, key, named] = KEY.exec(actor) ?? [];
  if (key !== undefined && named !== undefined) {
    const isMarked = named.endsWith(BREAK_GLASS);
    const owner = (isMarked ? named.slice(0, -BREAK_GLASS.length) : named).toLowerCase();
    const breakGlass = isMarked || owner === 'break-glass';
    return { kind: 'key', key, owner, ...(breakGlass ? { breakGlass } : {}) };
  }
  if (actor.startsWith('person:')) return { kind: 'person', owner: actor.slice(7).toLowerCase() };
  return { kind: 'system', worker: actor.replace(/^system:/, '') };
}
