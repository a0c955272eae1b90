import type { Broker, Codec, Store } from '@yujing/runtime';
import type { Logger } from 'pino';
export interface Readers { learn: any; deliverTo(connections: unknown): void; close(): Promise<void> }
export async function startReaders(_: { broker: Broker; store: Store; codec: Codec; now: () => number; logger: Logger }): Promise<Readers> {
  return { learn: { precisionRows: () => [], odds: (of: string) => ({ of, real: 0, labelled: 0, enough: false }) }, deliverTo() {}, async close() {} };
}
