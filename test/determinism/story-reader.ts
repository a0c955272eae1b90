import { createLocalCodec, type EmbeddedEngine, type MergedRecord } from '@yujing/runtime';
import type { Order } from '@yujing/schemas';
import type { People } from '../kill/people.ts';

/** Reads the case log on and tells people what there is to do. */
export class StoryReader {
  readonly subjects = new Map<string, string>();
  readonly orders = new Map<string, Order>();
  readonly #engine: EmbeddedEngine;
  readonly #codec = createLocalCodec();
  #next = 0;

  constructor(engine: EmbeddedEngine) {
    this.#engine = engine;
  }

  readOn(people?: People): void {
    for (;;) {
      const records = this.#engine.readMerged('case', this.#next, 1_000);
      if (records.length === 0) return;
      for (const record of records) this.#take(record, people);
      this.#next += records.length;
    }
  }

  #take({ bytes }: MergedRecord, people: People | undefined): void {
    const { type, value } = this.#codec.decode(bytes);
    if (type === 'Case') {
      this.subjects.set(value.case_id, value.subject);
      people?.seeCase({ case_id: value.case_id, review_state: value.review_state, updated_at: value.at });
    } else if (type === 'Order') {
      this.orders.set(value.order_id, value);
      people?.seeOrder(value);
    }
  }
}
