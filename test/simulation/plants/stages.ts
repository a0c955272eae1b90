import type { Stage, StageContext } from '@yujing/runtime';
import { toyCase, type CommandMemory, type Person } from '../toy/case.ts';
import { toyDetect } from '../toy/detect.ts';
import { toyProfile, type Counterparty, type EventMemory } from '../toy/profile.ts';
import { TOY_STAGES, type ToyStages } from '../toy/scenario.ts';

/** Rule 2: the rule set is what the process has seen of `change`, whatever its log says. */
export const adoptedBesideTheLog: ToyStages = (behaviour, surroundings) =>
  TOY_STAGES(behaviour, surroundings).map((stage): Stage<unknown, unknown> => ({
    ...stage,
    handle(context, record) {
      const adopted = (): unknown => ({ version: Number(surroundings.heads.head('ruleset')?.ref ?? 0) });
      return stage.handle(withAdopted(context, adopted), record);
    },
  }));

function withAdopted(context: StageContext<unknown, unknown>, adopted: () => unknown): StageContext<unknown, unknown> {
  return {
    partition: context.partition,
    partitions: context.partitions,
    state: context.state,
    timers: context.timers,
    need: (keys) => context.need(keys),
    entity: (key) => context.entity(key),
    read: (key) => context.read(key),
    remove: (key) => context.remove(key),
    emit: (type, key, value) => context.emit(type, key, value),
    broadcast: (type, value) => context.broadcast(type, value),
    count: (name, by) => context.count(name, by),
    adopted: <Document>() => adopted() as Document,
  };
}

function withCommands(commands: CommandMemory): ToyStages {
  return (behaviour) => [toyProfile(behaviour), toyDetect(behaviour), toyCase(behaviour, commands)];
}

/** Rule 6: only the newest number of each client is remembered. */
export const watermark = withCommands({
  take(person: Person, commandId: string) {
    const [client, number] = commandId.split(':') as [string, string];
    const known = person.applied.find((entry) => entry.startsWith(`${client}:`));
    if (known !== undefined && Number(known.split(':')[1]) >= Number(number)) return false;
    person.applied = [...person.applied.filter((entry) => entry !== known), commandId];
    return true;
  },
  closed() {},
});

/** Rule 6: commands have no ids. */
export const noCommandIds = withCommands({ take: () => true, closed() {} });

/** Rule 6: the ids go with the case. */
export const idsForgottenAtClose = withCommands({
  take(person, commandId) {
    if (person.applied.includes(commandId)) return false;
    person.applied.push(commandId);
    return true;
  },
  closed(person) {
    person.applied = [];
  },
});

const FEW: EventMemory = {
  take(counterparty: Counterparty, eventId: string) {
    if (counterparty.seen.includes(eventId)) return false;
    counterparty.seen = [...counterparty.seen, eventId].slice(-3);
    return true;
  },
};

/** Rule 9: too few ids of events are remembered. */
export const tooFewEventIds: ToyStages = (behaviour) => [
  toyProfile(behaviour, FEW),
  toyDetect(behaviour),
  toyCase(behaviour),
];
