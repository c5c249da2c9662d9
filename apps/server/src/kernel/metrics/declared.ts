import { OWN_METRICS, type OwnMetric } from '@guidon/protocol/metrics';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

type Declared = typeof OWN_METRICS;
/** Names of the metrics of a type. */
type NameOf<Type extends string> = {
  [Name in OwnMetric]: Declared[Name]['type'] extends Type ? Name : never;
}[OwnMetric];
type LabelOf<Name extends OwnMetric> = Extract<keyof Declared[Name]['labels'], string>;

/**
 * The only way to a metric: by its name in the catalogue, which has its type, help and labels. Where `collect` is given, it
 * tells the values at each scrape; those of the scrape before are gone by then.
 */
export function declaredCounter<Name extends NameOf<'counter'>>(
  registry: Registry,
  name: Name,
  collect?: (counter: Counter<LabelOf<Name>>) => void,
): Counter<LabelOf<Name>> {
  return new Counter({ ...inRegistry(registry, name), ...collecting(collect) });
}

export function declaredGauge<Name extends NameOf<'gauge'>>(
  registry: Registry,
  name: Name,
  collect?: (gauge: Gauge<LabelOf<Name>>) => void,
): Gauge<LabelOf<Name>> {
  return new Gauge({ ...inRegistry(registry, name), ...collecting(collect) });
}

export function declaredHistogram<Name extends NameOf<'histogram'>>(
  registry: Registry,
  name: Name,
): Histogram<LabelOf<Name>> {
  return new Histogram({ ...inRegistry(registry, name), buckets: [...OWN_METRICS[name].buckets] });
}

function inRegistry<Name extends OwnMetric>(registry: Registry, name: Name) {
  const { meaning, labels } = OWN_METRICS[name];
  return { name, help: meaning, labelNames: Object.keys(labels) as LabelOf<Name>[], registers: [registry] };
}

function collecting<Metric extends { reset(): void }>(collect: ((metric: Metric) => void) | undefined) {
  if (collect === undefined) return {};
  return {
    collect(this: Metric) {
      this.reset();
      collect(this);
    },
  };
}
