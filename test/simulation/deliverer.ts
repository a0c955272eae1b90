import { createFollower, type Broker, type Followed, type StampEntry } from '@yujing/runtime';
import type { SimProcess } from './model/process.ts';
import type { Scheduler } from './model/scheduler.ts';
import type { Push, Scenario } from './scenario.ts';

/** What a reader keeps in one transaction: its rows, how far it is, and what it has seen. */
interface Kept {
  readonly position: number;
  readonly stamps: readonly StampEntry[];
  readonly rows: readonly string[];
}

export interface DelivererOptions {
  readonly partition: number;
  readonly scenario: Scenario;
  readonly scheduler: Scheduler;
  readonly process: () => SimProcess;
  readonly broker: (process: SimProcess) => Broker;
  readonly onPush: (push: Push) => void;
  readonly onFailure: (error: unknown) => void;
}

const BATCH = 5;

/** The reader that is no stage: pushes cards at least once, answers with Delivery, and keeps a read model of what it took. */
export class Deliverer {
  readonly partition: number;
  readonly #options: DelivererOptions;
  #kept: Kept = { position: 0, stamps: [], rows: [] };
  #process: SimProcess | undefined;

  constructor(options: DelivererOptions) {
    this.partition = options.partition;
    this.#options = options;
  }

  get position(): number {
    return this.#kept.position;
  }

  get rows(): readonly string[] {
    return this.#kept.rows;
  }

  get process(): SimProcess | undefined {
    return this.#process;
  }

  /** A new process; the one before is not asked. */
  start(): void {
    const process = this.#options.process();
    this.#process = process;
    this.#run(process).catch((error: unknown) => process.deliver(() => this.#options.onFailure(error)));
  }

  async #run(process: SimProcess): Promise<void> {
    const { scenario } = this.#options;
    const broker = this.#options.broker(process);
    for (;;) {
      let { position, stamps } = await process.ask(() => this.#kept);
      const options = {
        broker,
        codec: scenario.codec,
        log: 'case',
        partition: this.partition,
        position,
        stamps,
      } as const;
      const follower = await createFollower(options);
      for (;;) {
        const followed = await follower.poll(BATCH).catch(() => undefined);
        if (followed === undefined) break;
        await this.#deliver(process, broker, followed);
        const before = position;
        ({ position, stamps } = followed);
        const rows = followed.records.map(({ bytes }) => Buffer.from(bytes).toString('latin1'));
        // One transaction: a reader that was overtaken meanwhile starts again from what is there.
        const stored = await process.ask(() => {
          if (this.#kept.position !== before) return false;
          this.#kept = { position, stamps, rows: [...this.#kept.rows, ...rows] };
          return true;
        });
        if (!stored) break;
      }
    }
  }

  async #deliver(process: SimProcess, broker: Broker, { records }: Followed): Promise<void> {
    const { scenario, scheduler, onPush } = this.#options;
    for (const record of records) {
      const answer = scenario.deliver(record, scenario.time(scheduler.now));
      if (answer === undefined) continue;
      onPush(answer.push);
      for (let written = false; !written;) {
        written = await broker
          .append('case', new Map([[record.partition, [{ key: record.key, bytes: answer.delivery }]]]))
          .then((named) => named.has(record.partition))
          .catch(() => false);
        if (!written) await process.clock.sleep(50);
      }
    }
  }
}
