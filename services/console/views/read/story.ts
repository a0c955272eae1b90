import type { Case, RecordTypes } from '@yujing/schemas';
import type { Stations } from '../../api/dependencies.ts';
import type { Database } from '@yujing/runtime';
import { LEVEL_NAMES } from '../project/rows.ts';
import type { SchemaName } from '../schema/statements.ts';
import { tell, type StoryType, type TimelineLine } from '../words/story.ts';

const MOST = 500;

function isJoining({ action, merged_into }: RecordTypes['Reanalysis']): boolean {
  return action === 'merged' && merged_into === null;
}

export interface StoredFollowUp {
  readonly kind: string;
  readonly due_at: number;
  readonly done_at: number | null;
}

export interface CommandRow {
  readonly actor: string | null;
  readonly state: 'appended' | 'applied' | 'refused';
  readonly reason: string | null;
}

/** What happened in one case. */
export class StoryQueries {
  readonly #database: Database;
  readonly #schema: SchemaName;

  constructor(database: Database, schema: SchemaName) {
    this.#database = database;
    this.#schema = schema;
  }

  /**
   * Warnings carry no case id: one person has one open case, so they are found by person and time. What was refused did not
   * happen; what was done without network stands at the time at which it was done.
   */
  async timeline(record: Case, stations: Stations): Promise<TimelineLine[]> {
    const [acts, warnings] = await Promise.all([
      this.#database.query(
        `SELECT t.type, t.record, COALESCE(v.merged_at, t.at) AS told_at FROM ${this.#schema}.timeline t
         LEFT JOIN ${this.#schema}.verdicts v ON v.command_id = t.entry_id
         WHERE t.case_id = $1 AND v.state IS DISTINCT FROM 'refused'
         ORDER BY told_at DESC, t.log_partition DESC, t.log_offset DESC LIMIT ${MOST}`,
        [record.case_id],
      ),
      this.#database.query(
        `SELECT level, title_zh, title_en, created_at FROM ${this.#schema}.warnings
         WHERE subject = $1 AND NOT shadow AND created_at >= $2 AND created_at <= $3
         ORDER BY created_at, warning_id LIMIT ${MOST}`,
        [
          record.subject,
          Math.min(record.opened_at, record.first_warning_at),
          record.closed_at ?? Number.MAX_SAFE_INTEGER,
        ],
      ),
    ]);
    const told = warnings.map(({ level, title_zh, title_en, created_at }) => {
      const warning = {
        level: LEVEL_NAMES[Number(level)] ?? 'BLUE',
        title_zh: String(title_zh),
        title_en: String(title_en),
      };
      return tell('Warning', warning, Number(created_at), stations);
    });
    for (const { type, record: text, told_at } of acts.reverse()) {
      const value = JSON.parse(String(text)) as RecordTypes[Exclude<StoryType, 'Warning'>];
      // That a warning joined the open case is said by the warning itself.
      if (type === 'Reanalysis' && isJoining(value as RecordTypes['Reanalysis'])) continue;
      told.push(tell(type as Exclude<StoryType, 'Warning'>, value, Number(told_at), stations));
    }
    // Stable: of one millisecond the warning comes before what was made of it.
    return told.sort((a, b) => a.at - b.at);
  }

  async followUps(case_id: string): Promise<StoredFollowUp[]> {
    const rows = await this.#database.query(
      `SELECT kind, due_at, done_at FROM ${this.#schema}.follow_ups
       WHERE case_id = $1 AND cancelled_at IS NULL ORDER BY due_at, follow_up_id`,
      [case_id],
    );
    return rows as unknown as StoredFollowUp[];
  }

  async command(command_id: string): Promise<CommandRow | undefined> {
    const [row] = await this.#database.query(
      `SELECT c.actor, COALESCE(v.state, 'appended') AS state, v.reason FROM ${this.#schema}.commands c
       LEFT JOIN ${this.#schema}.verdicts v ON v.command_id = c.command_id WHERE c.command_id = $1`,
      [command_id],
    );
    return row as unknown as CommandRow | undefined;
  }
}
