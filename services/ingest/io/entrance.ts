import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RecordType, RecordTypes } from '@yujing/schemas';
import type { DoorSettings } from '../config.ts';
import type { BodyItem, MediaType } from '../event/body.ts';
import { unwrapCloudEvent } from '../event/cloud-event.ts';
import type { ClearField } from '../event/draft.ts';
import { IgnoredFields } from '../event/ignored.ts';
import type { ReadOptions } from '../event/kind.ts';
import { judgeLateness } from '../event/lateness.ts';
import { readEvent, type RawEvent } from '../event/read.ts';
import { isRefusal, type Refusal } from '../event/refusal.ts';
import { seal } from '../event/seal.ts';
import { holderAt } from '../identity/directory.ts';
import type { Directory, Vault } from '../identity/ports.ts';
import type { DoorMetrics } from '../metrics.ts';
import type { DeadLetters, RefusedItem } from './dead-letters.ts';
import type { FeedWriter } from './feed-writer.ts';
import type { RememberedIds } from './remembered-ids.ts';

/** Who sends: what the key allows. */
export interface Sender {
  readonly source: string;
  /** may send what is older than event ids are remembered */
  readonly isHistorical: boolean;
}

export interface EntranceParts {
  readonly settings: DoorSettings;
  readonly writer: FeedWriter;
  readonly vault: Vault;
  readonly directory: Directory;
  readonly ids: Pick<RememberedIds, 'has' | 'add'>;
  readonly deadLetters: Pick<DeadLetters, 'keep'>;
  readonly metrics: DoorMetrics;
  readonly explicitAcceptedAt: boolean;
}

export interface RefusedEvent extends Refusal {
  readonly index: number;
  /** null: it could not be kept */
  readonly dead_letter_id: string | null;
}

/** The answer to a body that parses. */
export interface Answer {
  readonly accepted: number;
  readonly duplicates: number;
  readonly refused: readonly RefusedEvent[];
  readonly ignored_fields: Readonly<Record<string, number>>;
}

/** The log or the vault does not take anything at the moment: the sender should come again, with the same ids. */
export class DoorBusy extends Error {}

/** Events handled between two turns of the event loop, so that a large body holds nobody up. */
const SLICE = 256;

interface Visit {
  readonly sender: Sender;
  readonly media: MediaType;
  readonly read: ReadOptions;
  readonly ignored: IgnoredFields;
  readonly refused: RefusedItem[];
  /** what the answer waits for */
  readonly durable: Set<Promise<void>>;
  accepted: number;
  duplicates: number;
}

interface Admitted {
  readonly index: number;
  readonly event: RawEvent;
}

/** Takes the events of bodies to the feed: reads, knows repeats, tokenises, judges lateness, appends. */
export class Entrance {
  readonly #parts: EntranceParts;
  /** ids on their way into the log, with the promise that they have arrived */
  readonly #underWay = new Map<string, Promise<void>>();
  #reserved = 0;

  constructor(parts: EntranceParts) {
    this.#parts = parts;
  }

  /** @throws DoorBusy before anything is taken, or when the log does not take it in time */
  async take(items: readonly BodyItem[], sender: Sender, media: MediaType): Promise<Answer> {
    const { settings, explicitAcceptedAt, writer } = this.#parts;
    if (this.#reserved + writer.waiting + items.length > settings.queued)
      throw new DoorBusy('the queue to the log is full');
    const read = { source: sender.source, numbers: settings, explicitAcceptedAt };
    const visit: Visit = {
      sender,
      media,
      read,
      ignored: new IgnoredFields(),
      refused: [],
      durable: new Set(),
      accepted: 0,
      duplicates: 0,
    };
    this.#reserved += items.length;
    try {
      for (let from = 0; from < items.length; from += SLICE) {
        if (from > 0) await nextTurn();
        await this.#takeSlice(items, from, Math.min(from + SLICE, items.length), visit);
      }
    } finally {
      this.#reserved -= items.length;
    }
    await this.#settle(visit);
    return this.#answer(visit);
  }

  async #takeSlice(items: readonly BodyItem[], from: number, until: number, visit: Visit): Promise<void> {
    const fresh = new Map<string, Admitted>();
    for (let index = from; index < until; index++) {
      const event = this.#read(items[index] as BodyItem, index, visit);
      if (event === undefined) continue;
      if (fresh.has(event.eventId) || this.#isRepeat(event.eventId, visit)) visit.duplicates += 1;
      else fresh.set(event.eventId, { index, event });
    }
    if (fresh.size === 0) return;
    const sealed = this.#letIn([...fresh.values()], items, visit);
    const arrived = sealed.then(({ passed, durable }) => durable.then(() => this.#remember(passed)));
    for (const id of fresh.keys()) this.#underWay.set(id, arrived);
    const release = (): void => {
      for (const id of fresh.keys()) this.#underWay.delete(id);
    };
    arrived.then(release, release);
    visit.durable.add(arrived);
    // The next slice may not overtake this one; the log may take its time.
    await sealed;
  }

  #read(item: BodyItem, index: number, visit: Visit): RawEvent | undefined {
    let json = item.json;
    let fault = item.fault;
    if (fault === undefined && visit.media.startsWith('cloudevents')) {
      const unwrapped = unwrapCloudEvent(json);
      if (isRefusal(unwrapped)) fault = unwrapped;
      else json = unwrapped.event;
    }
    const event = fault ?? readEvent(json, visit.read, visit.ignored);
    if (!isRefusal(event)) return event;
    this.#refuse(item, index, event, visit);
    return undefined;
  }

  #refuse(item: BodyItem, index: number, refusal: Refusal, visit: Visit): void {
    visit.refused.push({ source: visit.sender.source, index, refusal, text: item.text(), place: item.place });
    this.#parts.metrics.count('events_refused_total', 1, refusal.code);
  }

  /** A repeat of what is still on its way is answered when that has arrived, not before. */
  #isRepeat(eventId: string, visit: Visit): boolean {
    const underWay = this.#underWay.get(eventId);
    if (underWay !== undefined) visit.durable.add(underWay);
    return underWay !== undefined || this.#parts.ids.has(eventId);
  }

  async #letIn(
    admitted: readonly Admitted[],
    items: readonly BodyItem[],
    visit: Visit,
  ): Promise<{ readonly passed: readonly string[]; readonly durable: Promise<void> }> {
    await this.#identify(admitted);
    const passed: string[] = [];
    for (const { index, event } of admitted) {
      const fault = this.#pass(event, visit.sender);
      if (fault === undefined) passed.push(event.eventId);
      else this.#refuse(items[index] as BodyItem, index, fault, visit);
    }
    visit.accepted += passed.length;
    return { passed, durable: this.#parts.writer.flushed() };
  }

  /** Tokens for all values, and all that the directory knows of them, so that the rest needs no waiting. */
  async #identify(admitted: readonly Admitted[]): Promise<void> {
    const { vault, directory, metrics } = this.#parts;
    const fields: ClearField[] = [];
    for (const { event } of admitted) {
      fields.push(...event.draft.clear);
      if (event.draft.person !== null) fields.push(event.draft.person);
      if (typeof event.other !== 'string') fields.push(event.other);
    }
    const unknown = vault.recall(fields);
    if (unknown.length > 0) {
      await vault.mint(unknown);
      metrics.count('values_minted_total', unknown.length);
    }
    const owns = new Set<string>();
    for (const { event } of admitted) if (event.draft.person === null && event.own) owns.add(event.own.token);
    await directory.load(owns, []);
    await directory.load(
      [],
      new Set(admitted.map(({ event }) => this.#personOf(event)).filter((person) => person !== null)),
    );
  }

  #holderOf({ draft, own, occurredAt }: RawEvent): string | null {
    if (draft.person !== null || own === undefined) return null;
    return holderAt(this.#parts.directory.links(own.token), occurredAt);
  }

  #personOf(event: RawEvent): string | null {
    return event.draft.person?.token ?? this.#holderOf(event);
  }

  /** From here on nothing waits: an event takes its door time and its place in the log in one step. */
  #pass(event: RawEvent, sender: Sender): Refusal | undefined {
    const { settings, writer, directory, metrics } = this.#parts;
    const acceptedAt = writer.admit(event.occurredAt, event.draft.acceptedAt);
    const lateness = judgeLateness(event.occurredAt, acceptedAt, sender.isHistorical, settings.lateness);
    if (typeof lateness !== 'string') return lateness;
    if (lateness !== 'on_time') metrics.count('events_late_total', 1, lateness);
    const holder = this.#holderOf(event);
    const subject = event.draft.person?.token ?? holder;
    const person = subject === null ? null : directory.entry(subject);
    const { source } = sender;
    for (const { type, key, value } of seal(event, {
      source,
      door: settings.door,
      acceptedAt,
      lateness,
      holder,
      person,
    })) {
      writer.write<RecordType>(type, key, value as RecordTypes[RecordType]);
    }
    return undefined;
  }

  async #remember(passed: readonly string[]): Promise<void> {
    const { ids, writer } = this.#parts;
    // The ids count from here; if the level lags or fails, repeats meet profile.
    await ids.add(passed, writer.now()).catch(() => undefined);
  }

  async #settle(visit: Visit): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new DoorBusy('the log does not answer')), this.#parts.settings.answerTimeoutMs);
    });
    try {
      await Promise.race([Promise.all(visit.durable), tooLate]);
    } catch (error) {
      throw error instanceof DoorBusy ? error : new DoorBusy('the log did not take the events', { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  async #answer(visit: Visit): Promise<Answer> {
    const { metrics } = this.#parts;
    metrics.count('events_accepted_total', visit.accepted);
    metrics.count('events_duplicate_total', visit.duplicates);
    metrics.count('fields_ignored_total', visit.ignored.total);
    const ids = await this.#keep(visit.refused);
    const refused = visit.refused.map(({ index, refusal }, i) => ({
      index,
      ...refusal,
      dead_letter_id: ids[i] ?? null,
    }));
    refused.sort((a, b) => a.index - b.index);
    return { accepted: visit.accepted, duplicates: visit.duplicates, refused, ignored_fields: visit.ignored.toJSON() };
  }

  async #keep(refused: readonly RefusedItem[]): Promise<readonly string[]> {
    if (refused.length === 0) return [];
    try {
      return await this.#parts.deadLetters.keep(refused);
    } catch {
      this.#parts.metrics.count('dead_letters_lost_total', refused.length);
      return [];
    }
  }
}
