import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { replayFolder } from '@yujing/all-in-one';
import { YujingProcess } from '../acceptance/yujing-process.ts';
import { countTypes, readCaseLogOf, type CaseLog } from './case-log.ts';
import { compareCaseLogs } from './compare.ts';
import { damageFolder } from './damage.ts';
import { makeDay, type DayOptions } from './day.ts';
import { DisturbedRun, type Kill, type KillReport } from './disturbed.ts';
import { writeKeys } from './keys.ts';
import { pause } from './outside.ts';
import { People } from './people.ts';
import { Random } from './random.ts';
import { playUndisturbed, type Performed } from './undisturbed.ts';

export interface CampaignOptions {
  readonly seed: number;
  readonly day: Omit<DayOptions, 'seed'>;
  readonly partitions: number;
  readonly progress?: (line: string) => void;
}

export interface DisturbanceOptions {
  readonly name: string;
  readonly kills: number;
  /** share of the kills after which the next start is killed too */
  readonly startKillShare: number;
  /** so many times the very first start is killed, with nothing in the folder or half of it */
  readonly firstStartKills: number;
  readonly isDamaged: boolean;
}

export interface DisturbedResult {
  readonly name: string;
  readonly kills: number;
  /** operations that had not been answered when the kill came, and were done again */
  readonly under_way: number;
  readonly starts_killed: number;
  /** kills after which log files were cut or torn, or remembered ids taken away */
  readonly damaged: number;
  readonly operations: number;
  readonly events: number;
  readonly records: number;
  readonly persons: number;
  /** unstamped records that stand in the log again */
  readonly repeats: number;
  readonly restart_ms_median: number;
  readonly differences: readonly string[];
  readonly seconds: number;
}

const UNDISTURBED = 'undisturbed';
const START_MOST_MS = 2_500;

/** One undisturbed run of a day, and as many disturbed ones as are asked for, all with one key file. */
export class Campaign {
  readonly #options: CampaignOptions;
  readonly #root = mkdtempSync(join(tmpdir(), 'yujing-kill-'));
  readonly #undisturbed: YujingProcess;
  #performed: readonly Performed[] = [];
  #expected: CaseLog | undefined;
  #events = 0;
  readonly #processes = new Map<string, YujingProcess>();

  constructor(options: CampaignOptions) {
    this.#options = options;
    writeKeys(this.#keys, options.seed);
    this.#undisturbed = this.#process(UNDISTURBED);
  }

  get #keys(): string {
    return join(this.#root, 'keys.json');
  }

  get operations(): number {
    return this.#performed.length;
  }

  get events(): number {
    return this.#events;
  }

  /** Starts the process of a disturbed run ahead of time. */
  async prepare(name: string): Promise<void> {
    await this.#process(name).start();
  }

  /** Answers how many records of each type the day came to. */
  async play(): Promise<Record<string, number>> {
    const { seed, day: options } = this.#options;
    const day = makeDay({ seed, ...options });
    this.#events = day.events;
    await this.#undisturbed.start();
    this.#performed = await playUndisturbed(this.#undisturbed, day, new People(seed));
    await this.#undisturbed.kill('SIGTERM');
    this.#expected = await readCaseLogOf(this.#undisturbed.data);
    return countTypes(this.#expected);
  }

  async disturb(options: DisturbanceOptions): Promise<DisturbedResult> {
    const { seed, progress = () => {} } = this.#options;
    const expected = this.#expected;
    if (expected === undefined) throw new Error('nothing to compare with: play first');
    const begin = performance.now();
    const random = new Random(seed, `damage ${options.name}`);
    if (!this.#processes.has(options.name)) await this.#startAgainAndAgain(options, random);
    const process = this.#process(options.name);
    let killed = 0;
    const run = new DisturbedRun(process, {
      kills: this.#kills(options),
      damage: async (folder) => (options.isDamaged ? damageFolder(folder, random) : ''),
      onKill: (report) => progress(`kill ${++killed}/${options.kills} ${this.#describe(report)}`),
    });
    const reports = await run.play(this.#performed).catch((error: unknown) => {
      throw new Error(`the ${options.name} run broke off; the process said:\n${process.output}`, { cause: error });
    });
    await process.kill('SIGTERM');
    const found = await readCaseLogOf(process.data);
    return this.#result(options, reports, found, compareCaseLogs(expected, found), performance.now() - begin);
  }

  /** Whether the logs of a run give, put through the stages again from nothing, what stands in them. */
  async replays(name: string): Promise<string[]> {
    const results = await replayFolder(join(this.#root, name, 'data'), false);
    return results.flatMap(({ difference }) => (difference === undefined ? [] : [difference]));
  }

  async close(): Promise<void> {
    for (const process of this.#processes.values()) await process.kill('SIGKILL');
    rmSync(this.#root, { recursive: true, force: true });
  }

  #process(name: string): YujingProcess {
    const known = this.#processes.get(name);
    if (known !== undefined) return known;
    const process = new YujingProcess({
      data: join(this.#root, name, 'data'),
      arguments: ['--keys', this.#keys, '--partitions', String(this.#options.partitions)],
    });
    this.#processes.set(name, process);
    return process;
  }

  async #startAgainAndAgain({ name, firstStartKills }: DisturbanceOptions, random: Random): Promise<void> {
    const { progress = () => {} } = this.#options;
    const process = this.#process(name);
    for (let i = 0; i < firstStartKills; i++) {
      const starting = process.start().catch(() => undefined);
      const afterMs = random.between(1, START_MOST_MS);
      await pause(afterMs);
      await process.kill('SIGKILL');
      await starting;
      progress(`first start killed after ${afterMs} ms`);
    }
    await process.start();
  }

  /** Random instants of the time that the undisturbed run took: long operations are hit more often. */
  #kills({ name, kills, startKillShare }: DisturbanceOptions): Kill[] {
    const random = new Random(this.#options.seed, `kills ${name}`);
    const total = this.#performed.reduce((sum, { durationMs }) => sum + durationMs, 0);
    return Array.from({ length: kills }, () => {
      let left = random.next() * total;
      let operation = 0;
      for (; operation < this.#performed.length - 1; operation++) {
        const { durationMs } = this.#performed[operation] as Performed;
        if (left < durationMs) break;
        left -= durationMs;
      }
      const startKilledAfterMs = random.chance(startKillShare) ? random.between(1, START_MOST_MS) : undefined;
      return { operation, afterMs: left, startKilledAfterMs };
    });
  }

  #describe({ kill, wasUnderWay, damage, restartMs }: KillReport): string {
    const { operation } = this.#performed[kill.operation] as Performed;
    const when = `${wasUnderWay ? 'in' : 'after'} ${operation.kind} ${kill.operation + 1}/${this.#performed.length}`;
    const start = kill.startKilledAfterMs === undefined ? '' : `, start killed after ${kill.startKilledAfterMs} ms`;
    return `${when}${start}, up again in ${restartMs} ms${damage === '' ? '' : `; ${damage}`}`;
  }

  #result(
    { name }: DisturbanceOptions,
    reports: readonly KillReport[],
    found: CaseLog,
    differences: readonly string[],
    durationMs: number,
  ): DisturbedResult {
    const restarts = reports.map(({ restartMs }) => restartMs).sort((a, b) => a - b);
    return {
      name,
      kills: reports.length,
      under_way: reports.filter(({ wasUnderWay }) => wasUnderWay).length,
      starts_killed: reports.filter(({ kill }) => kill.startKilledAfterMs !== undefined).length,
      damaged: reports.filter(({ damage }) => damage !== '').length,
      operations: this.#performed.length,
      events: this.#events,
      records: found.records,
      persons: found.persons.size,
      repeats: found.repeats,
      restart_ms_median: restarts[restarts.length >> 1] ?? 0,
      differences,
      seconds: Math.round(durationMs / 1_000),
    };
  }
}
