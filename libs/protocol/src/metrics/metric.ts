/** In what a metric is measured. The name ends in the unit where there is one that Prometheus knows. */
export const METRIC_UNITS = [
  'seconds',
  'bytes',
  'count',
  'boolean',
  'percent',
  'ratio',
  'generation',
  'timestamp',
] as const;
export type MetricUnit = (typeof METRIC_UNITS)[number];

/**
 * Which values a label may have: those of a closed list, or names that somebody reviewed. `project`: what the flag files in
 * Git declare. `store`: numbers that the server itself counted up. `node`: names that Node gives to its own resources.
 * There is no kind for what a caller wrote, so such a label cannot be declared.
 */
export type LabelValues =
  | readonly string[]
  | {
      readonly from: 'project' | 'store' | 'node';
      readonly of: string;
      /** Further values that stand for all the rest. */
      readonly also?: readonly string[];
    };

export interface MetricDeclaration {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly unit: MetricUnit;
  /** One sentence: what a value means. Prometheus shows it as help. */
  readonly meaning: string;
  readonly labels: { readonly [label: string]: LabelValues };
  /** Upper edges, of histograms. */
  readonly buckets?: readonly number[];
  /** When there are values, where that is not always. */
  readonly appears?: string;
  /** Declared, and not filled by any server yet. */
  readonly planned?: true;
}

export type MetricCatalogue = { readonly [name: string]: MetricDeclaration };

/** An environment of the project. */
export const ENVIRONMENT = { from: 'project', of: 'environment' } as const;
/** Standing for every flag or variant that has no place of its own. */
export const OTHER = 'other';
