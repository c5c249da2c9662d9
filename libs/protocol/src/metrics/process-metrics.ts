import type { MetricCatalogue, MetricDeclaration } from './metric.js';

const LINUX = 'on Linux';

function seconds<T extends MetricDeclaration['type']>(type: T, meaning: string) {
  return { type, unit: 'seconds', meaning, labels: {} } as const;
}
function bytes(meaning: string) {
  return { type: 'gauge', unit: 'bytes', meaning, labels: {} } as const;
}
function count(meaning: string) {
  return { type: 'gauge', unit: 'count', meaning, labels: {} } as const;
}
const byType = { type: { from: 'node', of: 'kind of resource' } } as const;
const bySpace = { space: { from: 'node', of: 'part of the heap' } } as const;

/** The process, as prom-client measures it. */
export const PROCESS_METRICS = {
  guidon_process_cpu_user_seconds_total: seconds('counter', 'Processor time spent in the program.'),
  guidon_process_cpu_system_seconds_total: seconds(
    'counter',
    'Processor time spent in the system on its behalf.',
  ),
  guidon_process_cpu_seconds_total: seconds('counter', 'Processor time, both together.'),
  guidon_process_start_time_seconds: {
    ...{ type: 'gauge', unit: 'timestamp', meaning: 'When the process started, in seconds since 1970.' },
    labels: {},
  },
  guidon_process_resident_memory_bytes: bytes('Memory of the process that is in RAM.'),
  guidon_process_virtual_memory_bytes: { ...bytes('Address space of the process.'), appears: LINUX },
  guidon_process_heap_bytes: { ...bytes('Data segment of the process.'), appears: LINUX },
  guidon_process_open_fds: { ...count('Open file descriptors; every stream is one.'), appears: LINUX },
  guidon_process_max_fds: { ...count('How many file descriptors may be open.'), appears: LINUX },
  guidon_nodejs_eventloop_lag_seconds: seconds('gauge', 'By how much the event loop is late now.'),
  guidon_nodejs_eventloop_lag_min_seconds: seconds(
    'gauge',
    'Least delay of the event loop since the last scrape.',
  ),
  guidon_nodejs_eventloop_lag_max_seconds: seconds(
    'gauge',
    'Greatest delay of the event loop since the last scrape.',
  ),
  guidon_nodejs_eventloop_lag_mean_seconds: seconds(
    'gauge',
    'Mean delay of the event loop since the last scrape.',
  ),
  guidon_nodejs_eventloop_lag_stddev_seconds: seconds(
    'gauge',
    'Standard deviation of the delays since the last scrape.',
  ),
  guidon_nodejs_eventloop_lag_p50_seconds: seconds(
    'gauge',
    'Median delay of the event loop since the last scrape.',
  ),
  guidon_nodejs_eventloop_lag_p90_seconds: seconds(
    'gauge',
    '90th percentile of the delays since the last scrape.',
  ),
  guidon_nodejs_eventloop_lag_p99_seconds: seconds(
    'gauge',
    '99th percentile of the delays since the last scrape.',
  ),
  guidon_nodejs_active_resources: { ...count('What keeps the event loop alive, by kind.'), labels: byType },
  guidon_nodejs_active_resources_total: count('What keeps the event loop alive.'),
  guidon_nodejs_active_handles: { ...count('Handles of libuv, by kind.'), labels: byType },
  guidon_nodejs_active_handles_total: count('Handles of libuv.'),
  guidon_nodejs_active_requests: {
    ...{ ...count('Requests of libuv under way, by kind.'), labels: byType },
    appears: 'while there are any',
  },
  guidon_nodejs_active_requests_total: count('Requests of libuv under way.'),
  guidon_nodejs_heap_size_total_bytes: bytes('Heap of V8 that is set aside.'),
  guidon_nodejs_heap_size_used_bytes: bytes('Heap of V8 in use.'),
  guidon_nodejs_external_memory_bytes: bytes('Memory outside of the heap that objects in it hold.'),
  guidon_nodejs_heap_space_size_total_bytes: {
    ...bytes('Heap that is set aside, by part.'),
    labels: bySpace,
  },
  guidon_nodejs_heap_space_size_used_bytes: { ...bytes('Heap in use, by part.'), labels: bySpace },
  guidon_nodejs_heap_space_size_available_bytes: { ...bytes('Heap that is free, by part.'), labels: bySpace },
  guidon_nodejs_version_info: {
    ...count('1, with the version of Node in its labels.'),
    labels: Object.fromEntries(
      ['version', 'major', 'minor', 'patch'].map((name) => [name, { from: 'node', of: 'version' } as const]),
    ),
  },
  guidon_nodejs_gc_duration_seconds: {
    ...seconds('histogram', 'How long garbage collections took, by kind.'),
    labels: { kind: ['major', 'minor', 'incremental', 'weakcb'] },
    appears: 'from the first collection on',
  },
} as const satisfies MetricCatalogue;
