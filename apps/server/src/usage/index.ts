export { createUsage, type Usage, type UsageSurroundings } from './create-usage.js';
export { HourlyUsage } from './hourly-usage.js';
export type { SdkInstance, UsageCounts } from './report-rows.js';
export { SilentStreams } from './silent-streams.js';
export type { SilentStream } from './silent-streams.repository.js';
export { registerTelemetry } from './telemetry-route.js';
export { UsageModule } from './usage.module.js';
export { type InstanceTotals, type UsageWindow, WINDOW_MS } from './usage.repository.js';
export { UsageStore, WINDOWS_KEPT_MS } from './usage-store.js';
