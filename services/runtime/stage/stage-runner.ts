import type { LogName } from '@yujing/schemas';
import type { Broker } from '../broker/broker.ts';
import type { Stage } from './stage.ts';

/** What the runner starts for a partition: the loop, as far as it is concerned. */
export interface RunningPartition {
  run(): Promise<void>;
  stop(): Promise<void>;
}

export interface StageRunnerOptions {
  readonly stage: Pick<Stage<unknown, unknown>, 'name' | 'reads'>;
  readonly broker: Broker;
  readonly open: (partition: number) => RunningPartition;
}

/** One stage in one process: joins the stage's group and runs a loop for each partition it is given. */
export class StageRunner {
  readonly #options: StageRunnerOptions;
  readonly #loops = new Map<number, RunningPartition>();
  readonly #ended: Promise<void>;
  /** resolves when the group knows of this process */
  readonly joined: Promise<void>;
  #tellJoined: () => void = () => {};
  #end: () => void = () => {};
  #fail: (error: unknown) => void = () => {};
  #membership: { leave(): Promise<void> } | undefined;

  constructor(options: StageRunnerOptions) {
    this.#options = options;
    this.#ended = new Promise((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
    });
    this.joined = new Promise((resolve) => (this.#tellJoined = resolve));
  }

  get group(): string {
    return this.#options.stage.name;
  }

  get log(): LogName {
    return this.#options.stage.reads;
  }

  /** partitions owned as far as the broker says; the store has the last word */
  get partitions(): readonly number[] {
    return [...this.#loops.keys()].sort((a, b) => a - b);
  }

  /** Runs until {@link stop}; rejects when the loop of a partition does: a stage that must not go on stops as a whole. */
  async run(): Promise<void> {
    const { stage, broker } = this.#options;
    this.#membership = await broker.join(stage.name, stage.reads, {
      assigned: (partition) => this.#start(partition),
      revoked: (partition) => this.#stop(partition),
    });
    this.#tellJoined();
    try {
      await this.#ended;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#loops.keys()].map((partition) => this.#stop(partition)));
    await this.#membership?.leave();
    this.#membership = undefined;
    this.#end();
  }

  #start(partition: number): void {
    if (this.#loops.has(partition)) return;
    const loop = this.#options.open(partition);
    this.#loops.set(partition, loop);
    void loop.run().catch((error: unknown) => {
      this.#loops.delete(partition);
      this.#fail(error);
    });
  }

  async #stop(partition: number): Promise<void> {
    const loop = this.#loops.get(partition);
    this.#loops.delete(partition);
    // A loop that failed has said so already.
    await loop?.stop().catch(() => {});
  }
}
