import { MemoryEngine } from '@yujing/runtime';
import type { Day } from '../kill/day.ts';
import type { Operation } from '../kill/operation.ts';
import { People } from '../kill/people.ts';
import { InProcess, type InProcessOptions } from './in-process.ts';
import { readStories, type Stories } from './stories.ts';

/** How a run is cut into partitions and batches. */
export interface Cut {
  readonly partitions: number;
  readonly roundRecords: number;
}

/** What all runs of a day share. */
export type Common = Pick<InProcessOptions, 'keys' | 'documents'>;

function open(common: Common, { partitions, roundRecords }: Cut): { engine: MemoryEngine; path: Promise<InProcess> } {
  const engine = new MemoryEngine({ partitions: { feed: partitions, encounter: partitions, case: partitions } });
  return { engine, path: InProcess.open({ ...common, engine, roundRecords }) };
}

/** Plays a day; people answer what the log says. Answers what everybody did, and the stories it came to. */
export async function playDay(
  common: Common,
  cut: Cut,
  { day, seed }: { readonly day: Day; readonly seed: number },
): Promise<{ readonly operations: readonly Operation[]; readonly stories: Stories }> {
  const { engine, path: opening } = open(common, cut);
  const path = await opening;
  const people = new People(seed);
  const operations: Operation[] = [];
  const perform = async (operation: Operation): Promise<void> => {
    await path.perform(operation);
    operations.push(operation);
  };
  await perform({ kind: 'persons', persons: day.register });
  for (const { bodies, until } of day.steps) {
    for (const events of bodies) await perform({ kind: 'events', events });
    await perform({ kind: 'clock', until });
    path.story.readOn(people);
    for (const command of people.due(until)) await perform({ kind: 'command', command });
  }
  await path.close();
  return { operations, stories: await readStories(engine.inside) };
}

/** The same feeds, the same words of people at the same door times, cut in another way. */
export async function playAgain(common: Common, cut: Cut, operations: readonly Operation[]): Promise<Stories> {
  const { engine, path: opening } = open(common, cut);
  const path = await opening;
  for (const operation of operations) await path.perform(operation);
  await path.close();
  return readStories(engine.inside);
}
