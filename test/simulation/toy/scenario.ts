import type { Stage } from '@yujing/runtime';
import type { RecordType } from '@yujing/schemas';
import type { History, Outside, Push, Scenario, StageSurroundings, Violation } from '../scenario.ts';
import { toyCase } from './case.ts';
import { checkContent } from './checks.ts';
import { toyDetect } from './detect.ts';
import { toyProfile, type ProfileState } from './profile.ts';
import { createToyCodec } from './toy-codec.ts';
import type { ToyRecords, ToyType } from './toy-records.ts';

export type ToyStages = (behaviour: number, surroundings: StageSurroundings) => ReadonlyArray<Stage<unknown, unknown>>;

export const TOY_STAGES: ToyStages = (behaviour) => [toyProfile(behaviour), toyDetect(behaviour), toyCase(behaviour)];

const COUNTERPARTIES = ['c1', 'c2', 'c3'];
const SUBJECTS = ['p1', 'p2', 'p3', 'p4'];
const MOST_POISON = 3;

/** What the toy world did: the content checks start from it. */
export interface ToyLedger {
  readonly calls: string[];
  readonly poisoned: Set<string>;
  readonly commands: Array<ToyRecords['Decision']>;
}

/** Calls from three numbers to four people, lists, ticks and what officers answer to their cards. */
export function createToyScenario(stages: ToyStages = TOY_STAGES): Scenario {
  const codec = createToyCodec();
  const encode = <T extends ToyType>(type: T & RecordType, value: ToyRecords[T]): Uint8Array =>
    codec.encode(type, value as never);
  const ledger: ToyLedger = { calls: [], poisoned: new Set(), commands: [] };
  const ids = { call: 0, list: 0, command: 0 };
  let tick = 0;
  let last: { readonly key: string; readonly bytes: Uint8Array } | undefined;

  const call = (outside: Outside): void => {
    const { random, faults } = outside;
    if (last !== undefined && random.chance(0.1 * faults.degree('appendRepeated'))) {
      outside.append('feed', last.key, last.bytes);
      return;
    }
    const poison = ledger.poisoned.size < MOST_POISON && random.chance(0.03 * faults.degree('poison'));
    const event_id = `${poison ? 'poison' : 'e'}${++ids.call}`;
    const counterparty = random.pick(COUNTERPARTIES);
    const value = { event_id, counterparty, subject: random.pick(SUBJECTS), accepted_at: outside.now };
    if (poison) ledger.poisoned.add(event_id);
    else ledger.calls.push(event_id);
    last = { key: counterparty, bytes: encode('Call', value) };
    outside.append('feed', counterparty, last.bytes);
  };
  const command = (outside: Outside, { order_id, subject }: Push): void => {
    const { random, faults } = outside;
    const action = random.pick(['ack', 'note', 'note', 'close'] as const);
    const value = { command_id: `u${random.below(2)}:${++ids.command}`, subject, action, order_id };
    ledger.commands.push(value);
    const bytes = encode('Decision', value);
    outside.append('case', subject, bytes);
    if (random.chance(0.5 * faults.degree('appendRepeated'))) outside.append('case', subject, bytes);
  };
  const ticks = (outside: Outside, time: number): void => {
    const bytes = encode('Tick', { door: 'door', time, origin: -1 });
    for (let partition = 0; partition < outside.partitions('feed'); partition++)
      outside.appendTo('feed', partition, bytes);
  };

  return {
    codec,
    partitions: { feed: 2, encounter: 3, case: 2, change: 1 },
    grownFeed: 3,
    firstHeads: [{ kind: 'ruleset', ref: '1' }],
    headOf: (version) => ({ kind: 'ruleset', ref: String(version) }),
    time: (now) => now,
    rate: 1,
    stages,
    act(outside, pushes) {
      const { random, faults } = outside;
      if (outside.now >= tick + 1_000) ticks(outside, (tick = outside.now));
      const chance = random.next();
      if (chance < 0.55) call(outside);
      else if (chance < 0.92 && pushes.length > 0) command(outside, random.pick(pushes));
      else if (chance > 0.92 && random.chance(faults.degree('list'))) {
        const counterparty = random.pick(COUNTERPARTIES);
        const value = { listed_id: `L${++ids.list}`, counterparty, at: outside.now };
        outside.append('feed', counterparty, encode('Listed', value));
      }
    },
    end: (outside) => ticks(outside, outside.now + 60_000),
    deliver(record, now) {
      const { type, value } = codec.decode(record.bytes);
      if (type !== 'Order' && type !== 'Escalation') return undefined;
      const { order_id, subject, level } = value as unknown as Push;
      return {
        push: { order_id, subject, level },
        delivery: encode('Delivery', { order_id, subject, level, at: now }),
      };
    },
    grownState: (states) => ({ tick: Math.max(...states.map((state) => (state as ProfileState).tick)) }),
    check: (history: History): Violation[] => checkContent(history, ledger),
  };
}
