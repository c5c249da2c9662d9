type Graph = ReadonlyMap<string, readonly string[]>;

/** Groups of nodes that reach each other (Tarjan's strongly connected components), only those that contain a circle. */
export function cyclesIn(graph: Graph): string[][] {
  const search = new ComponentSearch(graph);
  for (const start of graph.keys()) search.from(start);
  return search.found;
}

class ComponentSearch {
  readonly found: string[][] = [];
  private readonly index = new Map<string, number>();
  private readonly low = new Map<string, number>();
  private readonly onStack = new Set<string>();
  private readonly stack: string[] = [];

  constructor(private readonly graph: Graph) {}

  /** With frames of its own: a chain of ten thousand requirements must not exhaust the engine's stack. */
  from(start: string): void {
    if (this.index.has(start)) return;
    const frames = [this.enter(start)];
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const child = this.graph.get(frame.node)?.[frame.child++];
      if (child === undefined) {
        frames.pop();
        this.leave(frame.node, frames.at(-1)?.node);
      } else if (this.onStack.has(child)) {
        this.lower(frame.node, this.index.get(child)!);
      } else if (!this.index.has(child) && this.graph.has(child)) {
        frames.push(this.enter(child));
      }
    }
  }

  private enter(node: string): { node: string; child: number } {
    this.low.set(node, this.index.size);
    this.index.set(node, this.index.size);
    this.stack.push(node);
    this.onStack.add(node);
    return { node, child: 0 };
  }

  private leave(node: string, parent: string | undefined): void {
    const low = this.low.get(node)!;
    if (parent !== undefined) this.lower(parent, low);
    if (low !== this.index.get(node)) return;
    const group = this.stack.splice(this.stack.lastIndexOf(node));
    for (const member of group) this.onStack.delete(member);
    if (group.length > 1 || this.graph.get(node)?.includes(node)) this.found.push(group.sort());
  }

  private lower(node: string, to: number): void {
    this.low.set(node, Math.min(this.low.get(node)!, to));
  }
}
