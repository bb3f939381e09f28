/** The one door to prom-client. Names begin with `leitwarte_`; no machine or customer is ever a label. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export class Metrics {
  readonly registry = new Registry();

  constructor() {
    collectDefaultMetrics({ register: this.registry, prefix: 'leitwarte_' });
  }

  counter<L extends string>(name: string, help: string, labels: readonly L[] = []): Counter<L> {
    return new Counter({ name: `leitwarte_${name}`, help, labelNames: labels, registers: [this.registry] });
  }

  /** A value read when it is asked for. */
  gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name: `leitwarte_${name}`,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }

  /** Values read when they are asked for, each with its labels; none while they cannot be read. */
  gauges<L extends string>(
    name: string,
    help: string,
    labels: readonly L[],
    read: () => Promise<readonly (readonly [Readonly<Record<L, string>>, number])[]>,
  ): void {
    new Gauge({
      name: `leitwarte_${name}`,
      help,
      labelNames: labels,
      registers: [this.registry],
      async collect() {
        const values = await read().catch(() => []);
        this.reset();
        for (const [labelled, value] of values) this.set(labelled, value);
      },
    });
  }

  histogram<L extends string>(
    name: string,
    help: string,
    labels: readonly L[],
    buckets: readonly number[],
  ): Histogram<L> {
    return new Histogram({
      name: `leitwarte_${name}`,
      help,
      labelNames: labels,
      buckets: [...buckets],
      registers: [this.registry],
    });
  }
}
