import { inventedAccount, inventedOverseas } from '../city/numbers.ts';
import { randomOf, type Random } from '../city/random.ts';
import type { Resident } from '../city/town.ts';
import { timeText, type DoorEvent, type TimedEvent } from '../city/event.ts';

/** Whom a story happens to, and when it begins. */
export interface StoryOptions {
  /** epoch milliseconds of 0:00 */
  readonly start: number;
  readonly person: Resident;
  /** made part of every id; the same story at the same start must not be told twice under one name */
  readonly run?: string;
}

type Fields<Type extends DoorEvent['type']> = Omit<Extract<DoorEvent, { type: Type }>, 'type' | 'id' | 'occurred_at'>;

/** `6:10` -> 370,000 ms */
export function clockMs(time: string): number {
  const [minutes = '0', seconds = '0'] = time.split(':');
  return (Number(minutes) * 60 + Number(seconds)) * 1000;
}

/** Writes down what happens to one person, with ids that no other scene has. */
export class Scene {
  readonly events: TimedEvent[] = [];
  readonly person: Resident;
  readonly random: Random;
  readonly #start: number;
  readonly #name: string;
  #next = 1;

  constructor(story: string, { start, person, run = '' }: StoryOptions) {
    this.person = person;
    this.#start = start;
    // The time of the start keeps the ids of two runs apart; base 36 keeps long runs of digits out.
    const suffix = randomOf(person.subject_id)
      .between(36 ** 3, 36 ** 4 - 1)
      .toString(36);
    this.#name = [story.replaceAll('_', '-'), start.toString(36), suffix, run].filter((part) => part !== '').join('-');
    this.random = randomOf(story, start, person.subject_id, run);
  }

  get tel(): string {
    return this.person.numbers[0] as string;
  }

  account(index: number): string {
    return (this.person.accounts[index] ?? this.person.accounts[0]) as string;
  }

  /** a name for a call or a payment */
  matter(kind: string): string {
    return `${this.#name}-${kind}`;
  }

  /** a caller nobody knows */
  stranger(): string {
    return inventedOverseas(this.random.between(1, 999));
  }

  /** an account nobody has paid before */
  newPayee(): string {
    return inventedAccount(this.random);
  }

  call(time: string, fields: Fields<'call'>): void {
    this.#write(time, { type: 'call', subscriber_tel: this.tel, direction: 'incoming', ...fields });
  }

  sms(time: string, fields: Fields<'sms'>): void {
    this.#write(time, { type: 'sms', subscriber_tel: this.tel, direction: 'incoming', ...fields });
  }

  visit(time: string, fields: Fields<'domain_visit'>): void {
    this.#write(time, { type: 'domain_visit', subscriber_tel: this.tel, ...fields });
  }

  pay(time: string, fields: Fields<'transaction'>): void {
    this.#write(time, { type: 'transaction', currency: 'CNY', channel: 'mobile', ...fields });
  }

  #write(time: string, fields: { readonly type: DoorEvent['type'] } & Readonly<Record<string, unknown>>): void {
    const at = this.#start + clockMs(time);
    const { type, ...rest } = fields;
    const id = `${this.#name}-${this.#next++}`;
    const event = { type, id, occurred_at: timeText(at), subject_id: this.person.subject_id, ...rest } as DoorEvent;
    this.events.push({ at_ms: at, event });
  }
}
