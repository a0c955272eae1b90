import type { Broker, Codec } from '@yujing/runtime';
import { partitionOf } from '@yujing/runtime';
import { checkMeaning, complete, type Draft, type RecordTypes } from '@yujing/schemas';
import type { CaseMemory } from '../../live/memory.ts';
import type { CommandType } from '../../live/records.ts';
import { Problem } from '../problem.ts';
import { RECORD_ROLE, type Viewer } from '../viewer.ts';
import type { CommandAnswer } from '../views.ts';
import { digestOf, Ledger } from './ledger.ts';

interface DeskOptions {
  readonly broker: Broker;
  readonly codec: Codec;
  readonly memory: CaseMemory;
  readonly now: () => number;
}

/** Fields of a command that come from the client. */
export type CommandFields<T extends CommandType> = Omit<Draft<RecordTypes[T]>, 'subject' | 'by' | 'role' | 'at'>;

const TRIES = 3;
/** A log that does not answer: the client is told to send again, under the same id. */
const ANSWER_MS = 10_000;

/** The partitions that are durable; none when nothing is known of them. */
async function appendOnce(broker: Broker, batch: Parameters<Broker['append']>[1]): Promise<ReadonlySet<number>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<ReadonlySet<number>>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Problem('not_appended')), ANSWER_MS);
  });
  try {
    return await Promise.race([broker.append('case', batch), late]);
  } catch (error) {
    if ((error as { retriable?: boolean }).retriable !== true) throw error;
    return new Set();
  } finally {
    clearTimeout(timer);
  }
}

/** Where commands of people become records of `case`. */
export class CommandDesk {
  readonly #options: DeskOptions;
  readonly #ledger = new Ledger();

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  /**
   * Writes a command; resolves when it is durable. The same command again gives the same answer.
   * @throws Problem bad_request, command_id_used, not_appended
   */
  async take<T extends CommandType>(
    type: T,
    viewer: Viewer,
    subject: string,
    fields: CommandFields<T>,
  ): Promise<CommandAnswer> {
    const { command_id, case_id } = fields as unknown as { readonly command_id: string; readonly case_id: string };
    const seen = this.#seen(type, viewer, command_id, case_id);
    if (seen !== undefined) return seen;
    const answer = await this.#ledger.once(command_id, viewer.user, digestOf(viewer.user, type, fields), async () => {
      const at = this.#options.now();
      const own = { subject, by: viewer.user, role: RECORD_ROLE[viewer.role], at };
      const record = complete(type, { ...fields, ...own } as unknown as Draft<RecordTypes[T]>);
      await this.append(type, subject, record);
      return { command_id, appended_at: at };
    });
    if (answer === undefined) throw new Problem('command_id_used');
    return answer;
  }

  /** Before a restart the ledger did not live, but the log did. An opening is always written: its text is shown again. */
  #seen(type: CommandType, { user }: Viewer, command_id: string, case_id: string): CommandAnswer | undefined {
    if (type === 'Opened' || this.#ledger.authorOf(command_id) !== undefined) return undefined;
    const known = this.#options.memory.command(command_id);
    if (known === undefined) return undefined;
    if (known.type !== type || known.by !== user || known.case_id !== case_id) throw new Problem('command_id_used');
    return { command_id, appended_at: known.at };
  }

  /** @throws Problem bad_request when the record makes no sense, not_appended when the log does not take it */
  async append<T extends CommandType | 'Delivery'>(type: T, subject: string, record: RecordTypes[T]): Promise<void> {
    const problems = checkMeaning(type, record);
    if (problems.length > 0) {
      const errors = problems.map(({ field, message }) => ({ field, message }));
      throw new Problem('bad_request', { errors });
    }
    const { broker, codec } = this.#options;
    const partition = partitionOf(subject, broker.partitions('case'));
    const batch = new Map([[partition, [{ key: subject, bytes: codec.encode(type, record) }]]]);
    for (let i = 0; i < TRIES; i++) {
      // Perhaps written, perhaps not: the reducer knows the id again, so it is sent once more.
      if ((await appendOnce(broker, batch)).has(partition)) return;
    }
    throw new Problem('not_appended');
  }

  authorOf(command_id: string): string | undefined {
    return this.#ledger.authorOf(command_id) ?? this.#options.memory.command(command_id)?.by;
  }
}
