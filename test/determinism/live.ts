import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openEmbedded, systemClock, type Clock, type Stage } from '@yujing/runtime';
import { createTown, demoRegister, opening, programmeMinute, registerOf, type TimedEvent } from '@yujing/simulator';
import { pause } from '../kill/outside.ts';
import { People } from '../kill/people.ts';
import type { Common } from './feeds.ts';
import { InProcess } from './in-process.ts';

export interface LiveOptions extends Common {
  readonly folder: string;
  readonly durationMs: number;
  /** so many seconds of the clock pass in one second */
  readonly speed: number;
  readonly partitions: number;
  readonly stages?: ReadonlyArray<Stage<unknown, unknown>>;
  /** gets the folder as a power cut would leave it, somewhere in the middle */
  readonly crashedFolder?: string;
}

const MINUTE_MS = 60_000;
const STEP_MS = 15;
const TRAFFIC = { callsPerMinute: 12, paymentsPerMinute: 12 };

/** The machine's clock, run faster. */
function fastClock(begin: number, speed: number): Clock {
  const machine = systemClock(() => begin + Math.round(performance.now() * speed));
  return { now: () => machine.now(), sleep: (durationMs, signal) => machine.sleep(durationMs / speed, signal) };
}

/** Files as they are at this moment. The state first: a log may then only be longer than the state says, as after a crash. */
function copyLive(folder: string, copy: string): void {
  mkdirSync(copy, { recursive: true });
  for (const name of ['format.json', 'state', 'logs'])
    cpSync(join(folder, name), join(copy, name), { recursive: true });
}

/**
 * Runs the town live (`clock: wall`) on a data folder, people answering; batches and flushes fall as time has it. Answers how
 * many records were put aside.
 */
export async function runLive(options: LiveOptions): Promise<number> {
  const { folder, durationMs, speed, partitions, crashedFolder } = options;
  const wall = fastClock(Date.UTC(2026, 5, 15, 6), speed);
  const counts = { feed: partitions, encounter: partitions, case: partitions };
  const engine = await openEmbedded({ folder, now: () => wall.now(), partitions: counts });
  const path = await InProcess.open({ ...options, engine, wall, roundRecords: 2_000 });
  const people = new People(1);
  const town = createTown({ seed: 'live', residents: 60 });
  const begin = wall.now();
  const programme = { town, traffic: TRAFFIC, begin, run: 'live' };
  await path.perform({ kind: 'persons', persons: [...registerOf(town.residents), ...demoRegister()] });
  let agenda: TimedEvent[] = opening({ ...programme, run: 'earlier' });
  let copyAfter = crashedFolder === undefined ? Number.POSITIVE_INFINITY : durationMs / 2;
  const started = performance.now();
  for (let minute = 0; performance.now() - started < durationMs; await pause(STEP_MS)) {
    const now = wall.now();
    for (; begin + minute * MINUTE_MS <= now; minute++) agenda.push(...programmeMinute(programme, minute));
    const due = agenda.filter(({ at_ms }) => at_ms <= now).sort((a, b) => a.at_ms - b.at_ms);
    agenda = agenda.filter(({ at_ms }) => at_ms > now);
    // Not waited for: what comes meanwhile falls into the same batch, or into the next one.
    const sending =
      due.length > 0 ? path.perform({ kind: 'events', events: due.map(({ event }) => event) }) : undefined;
    path.story.readOn(people);
    for (const command of people.due(now)) await path.perform({ kind: 'command', command });
    if (performance.now() - started > copyAfter) {
      copyLive(folder, crashedFolder ?? '');
      copyAfter = Number.POSITIVE_INFINITY;
    }
    await sending;
  }
  await path.close();
  return path.letters.length;
}
