import type { LoopCounter, LoopMetrics } from './ports.ts';

/** What a worker counts between two commits. It leaves with the commit: what is done over after a restart counts once. */
export class WorkerFigures {
  readonly #metrics: LoopMetrics;
  readonly #stage: string;
  readonly #partition: number;
  readonly #counts = new Map<string, number>();
  handled = 0;
  outputs = 0;

  constructor(metrics: LoopMetrics, stage: string, partition: number) {
    this.#metrics = metrics;
    this.#stage = stage;
    this.#partition = partition;
  }

  count(name: LoopCounter, reason = ''): void {
    const label = `${name} ${reason}`;
    this.#counts.set(label, (this.#counts.get(label) ?? 0) + 1);
  }

  /** at once: what happens to the worker itself and not to a record */
  now(name: LoopCounter, reason = ''): void {
    this.#metrics.count(name, this.#stage, reason, 1);
  }

  forget(): void {
    this.#counts.clear();
    this.handled = 0;
    this.outputs = 0;
  }

  report(stageCounts: Map<string, number>, entities: number): void {
    const metrics = this.#metrics;
    const stage = this.#stage;
    for (const [label, by] of this.#counts) {
      const space = label.indexOf(' ');
      metrics.count(label.slice(0, space) as LoopCounter, stage, label.slice(space + 1), by);
    }
    for (const [reason, by] of stageCounts) metrics.count('stage_counts', stage, reason, by);
    stageCounts.clear();
    if (this.handled > 0) metrics.count('records_handled', stage, '', this.handled);
    if (this.outputs > 0) metrics.count('outputs', stage, '', this.outputs);
    metrics.count('commits', stage, '', 1);
    metrics.gauge('entities_in_memory', stage, this.#partition, entities);
    this.forget();
  }
}
