import type { Random } from '../simulation/random.ts';
import { SimProcess } from '../simulation/model/process.ts';
import { Scheduler } from '../simulation/model/scheduler.ts';

/** Requests and answers take up to this, as on a machine nearby. */
const LATENCY = { least: 0, most: 2 };

/** Runs a simulated world by the real clock: a suite waits for it as it waits for a server. */
export class WorldInRealTime {
  readonly scheduler = new Scheduler();
  readonly #random: Random;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #processes = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  async start(): Promise<this> {
    // The world's first moment is now: its clocks are compared with ours.
    await this.scheduler.run(Date.now());
    let idle = true;
    this.#timer = setInterval(() => {
      if (!idle) return;
      idle = false;
      this.#running = this.scheduler.run(Date.now()).finally(() => (idle = true));
    }, 1);
    return this;
  }

  /** another process of this world */
  process(): SimProcess {
    return new SimProcess(`process-${this.#processes++}`, this.scheduler, this.#random, LATENCY);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }
}
