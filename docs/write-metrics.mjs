// Writes docs/observability/metrics.md from the catalogue of metrics. Run it after a build; a test holds the two together.
import { writeFileSync } from 'node:fs';
import { renderMetricsPage } from '../apps/server/dist/kernel/metrics/metrics-page.js';

writeFileSync(new URL('observability/metrics.md', import.meta.url), renderMetricsPage());
