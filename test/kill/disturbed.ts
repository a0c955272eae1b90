import type { YujingProcess } from '../acceptance/yujing-process.ts';
import { Unanswered, type Operation } from './operation.ts';
import { Outside, pause } from './outside.ts';
import type { Performed } from './undisturbed.ts';

/** One kill: when, and what is done to the folder before the next start. */
export interface Kill {
  /** index of the operation that is under way, and how long it has been when the kill comes */
  readonly operation: number;
  readonly afterMs: number;
  /** the next start is killed too, after so many ms; undefined: it is let be */
  readonly startKilledAfterMs: number | undefined;
}

export interface KillReport {
  readonly kill: Kill;
  /** the operation had not been answered: it is done again */
  readonly wasUnderWay: boolean;
  readonly damage: string;
  readonly restartMs: number;
}

export interface Disturbance {
  readonly kills: readonly Kill[];
  /** done to the data folder of the dead process; answers what was done */
  readonly damage: (folder: string) => Promise<string>;
  readonly onKill?: (report: KillReport) => void;
}

/** Performs the operations of the undisturbed run while the process is killed again and again. */
export class DisturbedRun {
  readonly #process: YujingProcess;
  readonly #disturbance: Disturbance;
  readonly #reports: KillReport[] = [];
  #outside: Outside;
  #released: Operation | undefined;

  constructor(process: YujingProcess, disturbance: Disturbance) {
    this.#process = process;
    this.#disturbance = disturbance;
    this.#outside = new Outside(process.started);
  }

  async play(performed: readonly Performed[]): Promise<KillReport[]> {
    const kills = [...this.#disturbance.kills].sort((a, b) => a.operation - b.operation);
    for (const [index, { operation }] of performed.entries()) {
      let isAnswered = false;
      for (; kills[0]?.operation === index; kills.shift()) {
        if (isAnswered) await this.#killed(kills[0], async () => {});
        else isAnswered = await this.#killed(kills[0], () => this.#outside.perform(operation));
      }
      if (!isAnswered) await this.#outside.perform(operation);
      if (operation.kind === 'clock') this.#released = operation;
    }
    return this.#reports;
  }

  /** Kills the process so long after `act` began, and starts it again. Answers whether `act` was answered. */
  async #killed(kill: Kill, act: () => Promise<void>): Promise<boolean> {
    const acting = act().then(
      () => true,
      (error: unknown) => {
        if (error instanceof Unanswered) return false;
        throw error;
      },
    );
    await pause(kill.afterMs);
    await this.#process.kill('SIGKILL');
    const wasAnswered = await acting;
    const damage = await this.#disturbance.damage(this.#process.data);
    const begin = performance.now();
    await this.#start(kill.startKilledAfterMs);
    const report = { kill, wasUnderWay: !wasAnswered, damage, restartMs: Math.round(performance.now() - begin) };
    this.#reports.push(report);
    this.#disturbance.onKill?.(report);
    return wasAnswered;
  }

  async #start(killedAfterMs: number | undefined): Promise<void> {
    if (killedAfterMs !== undefined) {
      const starting = this.#process.start().catch(() => undefined);
      await pause(killedAfterMs);
      await this.#process.kill('SIGKILL');
      await starting;
    }
    this.#outside = new Outside(await this.#process.start());
    // Door time stands where it was released to last, and whoever released it does not know how far the process came.
    if (this.#released !== undefined) await this.#outside.perform(this.#released);
  }
}
