import { PATH, replay } from '@yujing/all-in-one';
import { openChangeView, slotName, type Codec, type Stage } from '@yujing/runtime';
import { LOG_NAMES, type LogName } from '@yujing/schemas';
import { dumpBroker, positionStore, slotsOf, type Positions } from './dump-broker.ts';
import { takenOf, type Dump } from './dump.ts';

export interface HopsOptions {
  readonly dump: Dump;
  /** how far each stage had come; what it said is compared up to there */
  readonly positions: Positions;
  /** the one the installation wrote with: ids of schemas are bytes too */
  readonly codec: Codec;
  readonly stages?: ReadonlyArray<Stage<unknown, unknown>>;
}

export interface Hop {
  readonly stage: string;
  /** input records put through again */
  readonly records: number;
  readonly outputs: number;
}

export interface Hops {
  readonly hops: readonly Hop[];
  /** records by type, as a reader sees them: each output once */
  readonly counts: Readonly<Record<string, number>>;
  /** outputs that stand in a log again, and that every reader drops */
  readonly repeats: number;
  readonly problems: readonly string[];
}

/**
 * Puts the recorded logs hop by hop through the stages again, each stage over the log that it read, in one undisturbed pass.
 * What they say must be what is recorded: the same bytes, per origin and destination in the same order.
 */
export async function checkHops({ dump, positions, codec, stages = PATH }: HopsOptions): Promise<Hops> {
  const broker = dumpBroker(dump);
  const view = await openChangeView(broker, codec);
  const results = await replay({ broker, store: positionStore(positions), codec, documents: view, stages });
  await view.close();
  const problems = results.flatMap(({ difference }) => (difference === undefined ? [] : [difference]));
  problems.push(...silent(stages, results), ...unread(dump, positions, stages));
  const hops = stages.map(({ name }) => {
    const of = results.filter(({ stage }) => stage === name);
    const sum = (pick: (result: (typeof of)[number]) => number): number => of.reduce((all, it) => all + pick(it), 0);
    return { stage: name, records: sum(({ records }) => records), outputs: sum(({ outputs }) => outputs) };
  });
  return { hops, ...countTypes(dump, codec), problems };
}

/** A stage that said nothing at all: then nothing was compared. */
function silent(
  stages: HopsOptions['stages'] & object,
  results: ReadonlyArray<{ readonly stage: string; readonly outputs: number }>,
): string[] {
  return stages.flatMap(({ name }) =>
    results.some(({ stage, outputs }) => stage === name && outputs > 0) ? [] : [`${name} said nothing`],
  );
}

/**
 * What a stage left unread. Behind the last commit of an installation at rest may stand what owners and people append, and what
 * the stage itself said last; an output of the stage before it, or an event, would mean that the comparison ends too early.
 */
function unread(dump: Dump, positions: Positions, stages: HopsOptions['stages'] & object): string[] {
  return slotsOf(dump, stages).flatMap((slot) => {
    const log = stages.find(({ name }) => name === slot.stage)?.reads as LogName;
    const records = dump[log].partitions[slot.partition] ?? [];
    const from = positions.get(slotName(slot)) ?? 0;
    const missed = records.slice(from).filter(({ stamp }) => isInput(log, slot.stage, stamp?.origin));
    const place = `${slot.stage} left ${missed.length} records of ${log}/${slot.partition} unread, from ${from} on`;
    return missed.length === 0 ? [] : [place];
  });
}

/** In the feed nothing carries a stamp, and events are what it is there for. */
function isInput(log: LogName, stage: string, origin: string | undefined): boolean {
  if (origin === undefined) return log === 'feed';
  return !origin.endsWith(`/${stage}`);
}

function countTypes(dump: Dump, codec: Codec): Pick<Hops, 'counts' | 'repeats'> {
  const counts: Record<string, number> = {};
  let repeats = 0;
  for (const log of LOG_NAMES) {
    for (const records of dump[log].partitions) {
      const taken = takenOf(records);
      repeats += records.length - taken.length;
      for (const { bytes } of taken) {
        const type = codec.typeOf(bytes);
        counts[type] = (counts[type] ?? 0) + 1;
      }
    }
  }
  return { counts, repeats };
}
