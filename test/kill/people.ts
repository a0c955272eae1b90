import { createHash } from 'node:crypto';
import { Random } from './random.ts';

/** A command of a person, as the pages send it. */
export interface Command {
  /** door time at which it is due; it is sent when door time has got there */
  readonly at: number;
  readonly user: string;
  readonly role: 'officer' | 'analyst';
  /** last part of the path under /api/commands, or `deliveries` */
  readonly path: 'response' | 'contact' | 'outcome' | 'decision' | 'deliveries';
  readonly body: Readonly<Record<string, unknown>>;
}

export interface SeenOrder {
  readonly order_id: string;
  readonly case_id: string;
  readonly officer: string;
  readonly issued_at: number;
}

export interface SeenCase {
  readonly case_id: string;
  readonly review_state: string;
  readonly updated_at: number;
}

/** What somebody does, so many seconds after the order. */
type Habit = ReadonlyArray<readonly [afterS: number, path: Command['path'], body: Readonly<Record<string, unknown>>]>;

const DELIVERED = [3, 'deliveries', { status: 'delivered', device: 'phone-1' }] as const;
const SAVED = { outcome_code: 'T1', money_stopped_minor: 48_000_000, currency: 'CNY', believed: 'yes' };

const OFFICERS: readonly Habit[] = [
  [
    DELIVERED,
    [20, 'response', { action: 'accept' }],
    [35, 'response', { action: 'en_route' }],
    [80, 'contact', { method: 'human_call', result: 'no_answer' }],
    [150, 'response', { action: 'on_site' }],
    [190, 'response', { action: 'with_person' }],
    [420, 'outcome', SAVED],
  ],
  [
    [75, 'response', { action: 'accept' }],
    [100, 'response', { action: 'en_route' }],
    [200, 'contact', { method: 'human_call', result: 'answered' }],
    [300, 'response', { action: 'request_bank' }],
    [600, 'outcome', { outcome_code: 'F1', sub_code: 'bank_care' }],
  ],
  [DELIVERED],
  [[25, 'response', { action: 'decline', reason: 'busy' }]],
  [DELIVERED, [30, 'response', { action: 'accept' }]],
  [
    DELIVERED,
    [40, 'contact', { method: 'human_call', result: 'hung_up' }],
    [50, 'response', { action: 'accept' }],
    [55, 'response', { action: 'accept' }],
    [400, 'outcome', { outcome_code: 'N1' }],
    [900, 'outcome', SAVED],
  ],
];

/** From the moment a case waits for a decision. */
const ANALYSTS: readonly Habit[] = [
  [[25, 'decision', { decision: 'confirm' }]],
  [[40, 'decision', { decision: 'raise', reason: 'strong_evidence' }]],
  [[50, 'decision', { decision: 'reject', reason: 'business_call' }]],
  [[20, 'decision', { decision: 'hold', hold_s: 60 }]],
  [],
  [[15, 'decision', { decision: 'lower' }]],
];

/** Two answers given without network come in later, with the time at which they were given. */
function offline({ issued_at }: SeenOrder): Habit {
  return [
    [240, 'response', { action: 'accept', client_at: issued_at + 40_000, client_seq: 1 }],
    [240, 'response', { action: 'en_route', client_at: issued_at + 60_000, client_seq: 2 }],
  ];
}

/**
 * Officers and analysts with habits. What somebody does hangs on the seed and on the order or case alone, never on when it was
 * seen: so it can be seen on the live stream or read from the log.
 */
export class People {
  readonly #seed: number;
  readonly #seen = new Set<string>();
  #planned: Command[] = [];

  constructor(seed: number) {
    this.#seed = seed;
  }

  seeOrder(order: SeenOrder): void {
    // Desks of county and city have no phone page.
    if (this.#isKnown(order.order_id) || order.officer.startsWith('desk-')) return;
    const random = new Random(this.#seed, order.order_id);
    const choice = random.below(OFFICERS.length + 1);
    const habit = OFFICERS[choice] ?? offline(order);
    const { order_id, case_id, officer } = order;
    this.#plan(habit, order.issued_at, { user: officer, role: 'officer' }, { order_id, case_id });
  }

  seeCase({ case_id, review_state, updated_at }: SeenCase): void {
    if (review_state !== 'waiting' || this.#isKnown(`${case_id} ${updated_at}`)) return;
    const habit = new Random(this.#seed, `${case_id} ${updated_at}`).pick(ANALYSTS);
    this.#plan(habit, updated_at, { user: 'analyst-01', role: 'analyst' }, { case_id });
  }

  /** what is due by `now`, in the order in which it was to be done */
  due(now: number): Command[] {
    const due = this.#planned.filter(({ at }) => at <= now);
    this.#planned = this.#planned.filter(({ at }) => at > now);
    return due.sort((a, b) => a.at - b.at || (nameOf(a) < nameOf(b) ? -1 : 1));
  }

  #isKnown(name: string): boolean {
    if (this.#seen.has(name)) return true;
    this.#seen.add(name);
    return false;
  }

  #plan(habit: Habit, from: number, who: Pick<Command, 'user' | 'role'>, ids: Readonly<Record<string, string>>): void {
    for (const [index, [afterS, path, fields]] of habit.entries()) {
      const about = JSON.stringify([this.#seed, ids, from, index]);
      const command_id = `k-${createHash('sha256').update(about).digest('hex').slice(0, 20)}`;
      const named = path === 'deliveries' ? { order_id: ids['order_id'] } : { command_id, ...ids };
      this.#planned.push({ at: from + afterS * 1_000, ...who, path, body: { ...named, ...fields } });
    }
  }
}

function nameOf({ user, body }: Command): string {
  return `${user} ${JSON.stringify(body)}`;
}
