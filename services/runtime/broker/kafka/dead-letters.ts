import { setTimeout as sleep } from 'node:timers/promises';
import { isCoded } from '../../errors/errors.ts';
import type { DeadLetter, DeadLetters } from '../../stage/ports.ts';
import type { AppendRecord } from '../broker.ts';
import type { Sender } from './sender.ts';

const AGAIN_MS = 200;
/** of one append, so that a batch stays below what the topic takes */
const LETTERS = 100;

/**
 * Dead letters in a topic of their own, as JSON, so that any Kafka tool shows them: where the record stood, why it was put
 * aside, its bytes in base64.
 */
export class KafkaDeadLetters implements DeadLetters {
  readonly #sender: Pick<Sender, 'append'>;
  readonly #topic: string;

  constructor(sender: Pick<Sender, 'append'>, topic: string) {
    this.#sender = sender;
    this.#topic = topic;
  }

  async put(letters: readonly DeadLetter[]): Promise<void> {
    for (let from = 0; from < letters.length; from += LETTERS) {
      const records = letters.slice(from, from + LETTERS).map(recordOf);
      while (!(await this.#isWritten(records))) await sleep(AGAIN_MS);
    }
  }

  async #isWritten(records: readonly AppendRecord[]): Promise<boolean> {
    try {
      return (await this.#sender.append(this.#topic, new Map([[0, records]]))).has(0);
    } catch (error) {
      if (isCoded(error) && error.retriable) return false;
      throw error;
    }
  }
}

function recordOf({ stage, log, logId, partition, offset, reason, key, bytes }: DeadLetter): AppendRecord {
  const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  const letter = { stage, log, logId, partition, offset, reason, key, bytes: base64 };
  return { key: `${logId}/${partition}/${offset}/${stage}`, bytes: Buffer.from(JSON.stringify(letter)) };
}
