import { readFileSync } from 'node:fs';
import { ALL_METRICS, METRIC_GROUPS, METRIC_UNITS } from '@guidon/protocol/metrics';
import { describe, expect, it } from '@jest/globals';
import { renderMetricsPage } from './metrics-page.js';

const PAGE = new URL('../../../../../docs/observability/metrics.md', import.meta.url);

describe('docs/observability/metrics.md', () => {
  it('is what the catalogue says (run `node docs/write-metrics.mjs` after a change)', () => {
    expect(readFileSync(PAGE, 'utf8')).toBe(renderMetricsPage());
  });
});

describe('the catalogue', () => {
  it('declares every name once, with a unit that the name tells where Prometheus wants it', () => {
    const named = METRIC_GROUPS.flatMap(({ metrics }) => Object.keys(metrics));
    expect(named).toHaveLength(ALL_METRICS.size);
    for (const [name, { type, unit, meaning }] of ALL_METRICS) {
      expect(name).toMatch(/^guidon_[a-z0-9_]+$/);
      expect(METRIC_UNITS).toContain(unit);
      expect(meaning).toMatch(/^[A-Z0-9].*\.$/);
      if (type === 'counter') expect(name).toMatch(/_total$/);
      if (['seconds', 'bytes', 'percent', 'ratio'].includes(unit))
        expect(name).toMatch(new RegExp(`_${unit}(_total)?$`));
    }
  });
});
