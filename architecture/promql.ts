import { ALL_METRICS } from '@guidon/protocol/metrics';
import type { SyntaxNodeRef } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';

/** Labels that Prometheus adds to whatever it scrapes. */
const ADDED = ['instance', 'job'];

export interface Expression {
  /** Names of metrics, without the ending of a histogram's series. */
  readonly metrics: readonly string[];
  /** What is left to tell series apart; absent: whatever the metrics have. */
  readonly labels: readonly string[] | undefined;
  readonly problems: readonly string[];
}

/**
 * Reads an expression as Prometheus does and compares it with the catalogue: syntax, names of metrics, and every label that
 * is asked for, matched or grouped by. Values that Grafana puts in are replaced by some.
 */
export function readExpression(written: string): Expression {
  const text = written.replaceAll(/\$__(rate_)?interval/g, '5m');
  const metrics = new Set<string>();
  const grouped: string[] = [];
  const used: string[] = [];
  const problems: string[] = [];
  const textOf = (node: SyntaxNodeRef) => text.slice(node.from, node.to);
  parser.parse(text).iterate({
    enter(node) {
      if (node.type.isError) problems.push(`cannot be read at "${text.slice(node.from, node.from + 20)}"`);
      if (node.name === 'Identifier') metrics.add(familyOf(textOf(node)));
      if (node.name !== 'LabelName') return;
      (node.node.parent?.name === 'GroupingLabels' ? grouped : used).push(textOf(node));
    },
  });
  if (metrics.size === 0) problems.push('asks for no metric');
  const known = [...metrics].flatMap((name) => Object.keys(ALL_METRICS.get(name)?.labels ?? {}));
  for (const name of metrics)
    if (!ALL_METRICS.has(name)) problems.push(`asks for ${name}, which is not declared`);
  const allowed = new Set([...known, ...ADDED, ...([...metrics].some(isHistogram) ? ['le'] : [])]);
  for (const label of [...used, ...grouped])
    if (!allowed.has(label)) problems.push(`uses the label ${label}, which none of its metrics has`);
  const isGrouped = /\b(sum|min|max|avg|count|topk|absent|histogram_quantile)\b/.test(text);
  return { metrics: [...metrics], labels: isGrouped ? grouped : undefined, problems };
}

function familyOf(name: string): string {
  const family = name.replace(/_(bucket|sum|count)$/, '');
  return isHistogram(family) ? family : name;
}

function isHistogram(name: string): boolean {
  return ALL_METRICS.get(name)?.type === 'histogram';
}

/** Every metric that is declared, and in none of the expressions. */
export function unasked(expressions: readonly string[]): string[] {
  const asked = new Set(expressions.flatMap((text) => readExpression(text).metrics));
  return [...ALL_METRICS.keys()].filter((name) => !asked.has(name));
}
