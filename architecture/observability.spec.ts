import { PROCESS_PREFIXES } from '@guidon/protocol/metrics';
import { describe, expect, test } from '@jest/globals';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { readText } from './checkout.js';
import { readExpression, unasked } from './promql.js';

const FOLDER = 'docs/observability';
const sentence = z.string().min(10);

/** What Prometheus takes as rules, and what we ask of ours beyond it. */
const rulesSchema = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string().regex(/^guidon-[a-z-]+$/),
      rules: z.array(
        z.strictObject({
          alert: z.string().regex(/^Guidon[A-Za-z]+$/),
          expr: z.string(),
          for: z
            .string()
            .regex(/^\d+[smhd]$/)
            .optional(),
          labels: z.strictObject({ severity: z.enum(['warning', 'critical']) }),
          annotations: z.strictObject({ summary: sentence, description: sentence, runbook: z.string() }),
        }),
      ),
    }),
  ),
});

const query = z.looseObject({
  expr: z.string(),
  datasource: z.strictObject({ type: z.literal('prometheus'), uid: z.string() }),
});
const UNITS = ['none', 'short', 's', 'bytes', 'percent', 'percentunit', 'cps', 'reqps'] as const;
const place = z.strictObject({ x: z.int(), y: z.int(), w: z.int(), h: z.int() });
const threshold = z.strictObject({ color: z.string(), value: z.number().nullable() });
const graph = z.looseObject({
  id: z.int(),
  type: z.enum(['stat', 'timeseries', 'bargauge']),
  title: z.string(),
  description: sentence,
  gridPos: place,
  targets: z.array(query.extend({ refId: z.string(), legendFormat: z.string() })).min(1),
  fieldConfig: z.looseObject({
    defaults: z.looseObject({
      unit: z.enum(UNITS),
      thresholds: z.looseObject({ steps: z.array(threshold).min(1) }),
    }),
  }),
});
const other = z.looseObject({
  id: z.int(),
  type: z.enum(['row', 'text']),
  title: z.string(),
  gridPos: place,
});
const dashboardSchema = z.looseObject({
  uid: z.literal('guidon'),
  title: z.string(),
  schemaVersion: z.int().min(36),
  annotations: z.strictObject({ list: z.array(query.extend({ name: z.string() })) }),
  templating: z.strictObject({
    list: z.array(z.looseObject({ name: z.string(), type: z.enum(['datasource', 'query']) })),
  }),
  panels: z.array(z.discriminatedUnion('type', [graph, other])),
});

const rules = rulesSchema
  .parse(parseYaml(readText(`${FOLDER}/alerts.yml`)))
  .groups.flatMap((group) => group.rules);
const dashboard = dashboardSchema.parse(JSON.parse(readText(`${FOLDER}/grafana-dashboard.json`)));
const graphs = dashboard.panels.flatMap((panel) =>
  'targets' in panel ? [panel as z.output<typeof graph>] : [],
);
const readme = readText(`${FOLDER}/README.md`);

describe('the alert rules', () => {
  test.each(rules.map(({ alert, expr }) => [alert, expr]))('ask for what is declared: %s', (_alert, expr) => {
    expect(readExpression(expr).problems).toEqual([]);
  });

  test('name only labels that their expression leaves', () => {
    for (const { alert, expr, annotations } of rules) {
      const named = [
        ...Object.values(annotations)
          .join(' ')
          .matchAll(/\$labels\.(\w+)/g),
      ].map(([, label]) => label);
      const left = readExpression(expr).labels;
      expect({ alert, missing: named.filter((label) => left?.includes(label ?? '') === false) }).toEqual({
        alert,
        missing: [],
      });
    }
  });

  test('have names of their own, and each says what to do about it', () => {
    const names = rules.map(({ alert }) => alert);
    expect(new Set(names).size).toBe(names.length);
    const headings = [...readme.matchAll(/^### (Guidon\w+)$/gm)].map(([, name]) => name);
    expect(headings.sort()).toEqual([...names].sort());
    for (const { alert, annotations } of rules)
      expect(annotations.runbook).toBe(`${FOLDER}/README.md#${alert.toLowerCase()}`);
  });
});

describe('the dashboard', () => {
  const queries = [
    ...graphs.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
    ...dashboard.annotations.list.map(({ name, expr }) => [name, expr] as const),
  ];

  test.each(queries)('asks for what is declared: %s', (_title, expr) => {
    expect(readExpression(expr).problems).toEqual([]);
  });

  test('names only labels that an expression leaves, and only variables that there are', () => {
    const variables = new Set(dashboard.templating.list.map(({ name }) => name));
    for (const { title, targets } of graphs)
      for (const { expr, legendFormat } of targets) {
        const named = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label ?? '');
        const left = readExpression(expr).labels;
        expect([title, named.filter((label) => left?.includes(label) === false)]).toEqual([title, []]);
        const asked = [...expr.matchAll(/"\$(\w+)"/g)].map(([, name]) => name ?? '');
        expect([title, asked.filter((name) => !variables.has(name))]).toEqual([title, []]);
      }
    expect(variables).toContain('environment');
  });

  test('has panels with numbers of their own that lie on the grid and not on each other', () => {
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const taken = new Map<string, string>();
    for (const {
      title,
      gridPos: { x, y, w, h },
    } of dashboard.panels) {
      expect(x + w).toBeLessThanOrEqual(24);
      for (let column = x; column < x + w; column += 1)
        for (let line = y; line < y + h; line += 1) {
          const cell = `${column} ${line}`;
          expect([title, taken.get(cell)]).toEqual([title, undefined]);
          taken.set(cell, title);
        }
    }
  });

  test('shows every panel that the page lists, and the page every panel', () => {
    const listed = [...readme.matchAll(/^\* \*\*(.+?)\*\*/gm)].map(([, title]) => title);
    expect(listed.sort()).toEqual(graphs.map(({ title }) => title).sort());
  });
});

test('leaves no metric of our own without a panel or an alert', () => {
  const asked = [
    ...rules.map(({ expr }) => expr),
    ...graphs.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ];
  const forgotten = unasked(asked).filter(
    (name) => !PROCESS_PREFIXES.some((prefix) => name.startsWith(prefix)),
  );
  // For whoever looks closer: how SDKs poll, and for how long a database has been silent.
  expect(forgotten).toEqual(['guidon_ruleset_requests_total', 'guidon_database_silent_seconds']);
});

test('would notice an expression that Prometheus refuses, an unknown metric and an unknown label', () => {
  const problems = (text: string) => readExpression(text).problems;
  expect(problems('sum(guidon_leader')).toHaveLength(1);
  expect(problems('sum(rate(guidon_made_up_total[5m]))')).toEqual([
    'asks for guidon_made_up_total, which is not declared',
  ]);
  expect(problems('sum by (flag) (guidon_streams_open)')).toEqual([
    'uses the label flag, which none of its metrics has',
  ]);
  expect(problems('guidon_streams_open{region="eu"}')).toEqual([
    'uses the label region, which none of its metrics has',
  ]);
  expect(problems('histogram_quantile(0.9, sum by (le) (rate(guidon_publish_seconds_bucket[5m])))')).toEqual(
    [],
  );
});
