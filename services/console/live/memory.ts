import type { Case, Order } from '@yujing/schemas';
import { Lru } from './lru.ts';
import { isCommand, type AnyRecord, type CommandType } from './records.ts';

export interface KnownCase {
  readonly record: Case;
  readonly orders: readonly Order[];
}

export interface KnownCommand {
  readonly type: CommandType;
  readonly case_id: string;
  readonly by: string;
  readonly at: number;
}

export interface Verdict {
  readonly state: 'applied' | 'refused';
  readonly reason: string | null;
}

const CASES = 5_000;
const COMMANDS = 20_000;

/**
 * The newest snapshot of each case lately changed, its orders, and the commands lately seen: what the live stream and a
 * reader right after a command need at once. Bounded; what it has forgotten is in the read model.
 */
export class CaseMemory {
  readonly #cases: Lru<string, Case>;
  readonly #ordersOfCase: Lru<string, readonly Order[]>;
  readonly #orders: Lru<string, Order>;
  readonly #commands = new Lru<string, KnownCommand>(COMMANDS);
  readonly #verdicts = new Lru<string, Verdict>(COMMANDS);

  constructor(cases = CASES) {
    this.#cases = new Lru(cases);
    this.#ordersOfCase = new Lru(cases);
    this.#orders = new Lru(cases * 4);
  }

  accept(record: AnyRecord): void {
    if (isCommand(record)) {
      const { command_id, case_id, by, at } = record.value;
      // The first of two with the same id is the one that counts.
      if (this.#commands.get(command_id) === undefined) {
        this.#commands.set(command_id, { type: record.type, case_id, by, at });
      }
      return;
    }
    switch (record.type) {
      case 'Case':
        this.#acceptCase(record.value);
        break;
      case 'Order':
        this.#acceptOrder(record.value);
        break;
      case 'Applied':
        this.#verdicts.set(record.value.command_id, { state: 'applied', reason: null });
        break;
      case 'Refused':
        this.#verdicts.set(record.value.command_id, { state: 'refused', reason: record.value.reason });
        break;
      default:
        break;
    }
  }

  /** What the read model kept from before the start; never over something newer. */
  warm({ record, orders }: KnownCase): void {
    this.#acceptCase(record);
    for (const order of orders) this.#acceptOrder(order);
  }

  #acceptCase(record: Case): void {
    const known = this.#cases.get(record.case_id);
    if (known === undefined || record.revision >= known.revision) this.#cases.set(record.case_id, record);
  }

  #acceptOrder(order: Order): void {
    this.#orders.set(order.order_id, order);
    const known = this.#ordersOfCase.get(order.case_id) ?? [];
    const others = known.filter(({ order_id }) => order_id !== order.order_id);
    this.#ordersOfCase.set(
      order.case_id,
      [...others, order].sort((a, b) => a.step - b.step),
    );
  }

  case(case_id: string): KnownCase | undefined {
    const record = this.#cases.get(case_id);
    return record === undefined ? undefined : { record, orders: this.#ordersOfCase.get(case_id) ?? [] };
  }

  ordersOf(case_id: string): readonly Order[] {
    return this.#ordersOfCase.get(case_id) ?? [];
  }

  order(order_id: string): Order | undefined {
    return this.#orders.get(order_id);
  }

  command(command_id: string): KnownCommand | undefined {
    return this.#commands.get(command_id);
  }

  verdict(command_id: string): Verdict | undefined {
    return this.#verdicts.get(command_id);
  }
}
