/**
 * The length of the longest chain below each node of a graph without circles; nodes in a circle and what leads to them
 * are left out. Linear, and without recursion, since chains may be long.
 */
export function chainDepths(graph: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, number> {
  const waiting = new Map<string, number>();
  const dependents = new Map<string, string[]>();
  for (const [node, children] of graph) {
    const known = children.filter((child) => graph.has(child));
    waiting.set(node, known.length);
    for (const child of known) {
      const list = dependents.get(child);
      if (list === undefined) dependents.set(child, [node]);
      else list.push(node);
    }
  }
  const depths = new Map<string, number>();
  const ready = [...waiting].filter(([, count]) => count === 0).map(([node]) => node);
  for (const node of ready) depths.set(node, 1);
  for (let node = ready.pop(); node !== undefined; node = ready.pop()) {
    for (const dependent of dependents.get(node) ?? []) {
      depths.set(dependent, Math.max(depths.get(dependent) ?? 1, depths.get(node)! + 1));
      const left = waiting.get(dependent)! - 1;
      waiting.set(dependent, left);
      if (left === 0) ready.push(dependent);
    }
  }
  return depths;
}
