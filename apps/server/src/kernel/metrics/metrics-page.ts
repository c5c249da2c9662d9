import {
  type LabelValues,
  METRIC_GROUPS,
  type MetricDeclaration,
  type MetricGroup,
} from '@guidon/protocol/metrics';

const HEAD = `# Metrics

What \`GET /metrics\` of every server tells, for Prometheus. Times are seconds, shares are named \`percent\` (0 to 100) or \`ratio\`; counters
begin at 0 with the process. **No label holds what a caller wrote**: values come from closed lists, or are names that the flag files in
Git declare ([why](../decisions/0035-what-is-measured-and-who-names-it.md)).

Evaluations are counted by flag and variant for up to \`GUIDON_METRICS_FLAGS\` flags (500) of each environment, in the order in which they are
first asked for; the rest is \`flag="other"\`. That makes at most 500 flags times their variants, times environments, times servers; with
two variants and three environments, 3,000 series a server. 0 switches the metric off. Everything, by hour, is at \`GET /api/v1/usage\`.

This page is made from the catalogue in \`libs/protocol/src/metrics\` by \`node docs/write-metrics.mjs\`; a test compares them, and another
one compares the catalogue with what a running server tells.
`;

const UNITS: { readonly [unit: string]: string } = {
  boolean: '0 or 1',
  count: 'number',
  timestamp: 'Unix time in s',
};

/** The text of `docs/observability/metrics.md`. */
export function renderMetricsPage(): string {
  return [HEAD, ...METRIC_GROUPS.map(renderGroup)].join('\n');
}

function renderGroup({ title, metrics }: MetricGroup): string {
  const rows = Object.entries(metrics).map(([name, metric]) => renderRow(name, metric));
  return `## ${title}\n\n| Metric | Type | Unit | Labels | Meaning |\n|---|---|---|---|---|\n${rows.join('\n')}\n`;
}

function renderRow(name: string, metric: MetricDeclaration): string {
  const labels = Object.entries(metric.labels).map(
    ([label, values]) => `\`${label}\`: ${renderValues(values)}`,
  );
  const cells = [
    `\`${name}\``,
    metric.type,
    UNITS[metric.unit] ?? metric.unit,
    labels.join('; '),
    sentenceOf(metric),
  ];
  return `| ${cells.join(' | ')} |`;
}

function renderValues(values: LabelValues): string {
  if (!('from' in values)) return values.join(', ');
  return [values.of, ...(values.also ?? [])].join(', or ');
}

function sentenceOf({ meaning, appears, planned }: MetricDeclaration): string {
  if (planned === true) return `${meaning} *Declared; not told yet.*`;
  return appears === undefined ? meaning : `${meaning} There ${appears}.`;
}
