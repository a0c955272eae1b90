/** int8 for times and money, int4 for small counts, text else. */
export type ColumnType = 'text' | 'bigint' | 'int' | 'boolean';

/**
 * How a row meets one with the same key. `keep`: content-named records, the first stands. `newest`: the higher value of
 * `by` replaces, but for the columns that only rise or only fall. Both give the same table whatever the order and the
 * batches in which records of different partitions arrive.
 */
export type Merge =
  | { readonly kind: 'keep' }
  | {
      readonly kind: 'newest';
      readonly by: string;
      readonly greatest?: readonly string[];
      readonly least?: readonly string[];
    };

export interface Table {
  readonly name: string;
  readonly columns: Readonly<Record<string, ColumnType>>;
  readonly key: readonly string[];
  readonly merge: Merge;
  /** column lists and conditions of indexes */
  readonly indexes: readonly string[];
}

const KEEP: Merge = { kind: 'keep' };

const CASES: Table = {
  name: 'cases',
  columns: {
    case_id: 'text',
    subject: 'text',
    revision: 'int',
    /** 0 BLUE to 3 RED */
    level: 'int',
    /** the highest it ever had */
    top_level: 'int',
    /** first time above BLUE */
    alerted_at: 'bigint',
    status: 'text',
    is_open: 'boolean',
    /** closed, decided or waiting for follow-ups only */
    ended_at: 'bigint',
    review_state: 'text',
    precinct: 'text',
    officer: 'text',
    scam_type: 'text',
    order_no: 'int',
    opened_at: 'bigint',
    updated_at: 'bigint',
    /** the deadline that runs out first */
    next_due_at: 'bigint',
    /** of the first call */
    call_answered_at: 'bigint',
    red_at: 'bigint',
    dispatched_at: 'bigint',
    acked_at: 'bigint',
    contacted_at: 'bigint',
    met_at: 'bigint',
    outcome_code: 'text',
    retrospective: 'boolean',
    record: 'text',
  },
  key: ['case_id'],
  merge: { kind: 'newest', by: 'revision', greatest: ['top_level'], least: ['alerted_at', 'call_answered_at'] },
  indexes: [
    '(level DESC, next_due_at) WHERE is_open',
    '(precinct) WHERE is_open',
    '(precinct, ended_at) WHERE NOT is_open',
    '(officer)',
    '(subject, opened_at)',
    '(opened_at)',
    '(order_no)',
  ],
};

const WARNINGS: Table = {
  name: 'warnings',
  columns: {
    warning_id: 'text',
    subject: 'text',
    rule: 'text',
    rule_version: 'int',
    rule_stage: 'text',
    level: 'int',
    scam_type: 'text',
    score: 'int',
    created_at: 'bigint',
    shadow: 'boolean',
    retrospective: 'boolean',
    title_zh: 'text',
    title_en: 'text',
  },
  key: ['warning_id'],
  merge: KEEP,
  indexes: ['(subject, created_at) WHERE NOT shadow', '(rule, rule_version)'],
};

const ORDERS: Table = {
  name: 'orders',
  columns: {
    order_id: 'text',
    case_id: 'text',
    subject: 'text',
    order_no: 'int',
    step: 'int',
    officer: 'text',
    precinct: 'text',
    level: 'int',
    issued_at: 'bigint',
    record: 'text',
  },
  key: ['order_id'],
  merge: KEEP,
  indexes: ['(case_id, step)', '(officer)'],
};

const DELIVERIES: Table = {
  name: 'deliveries',
  columns: {
    delivery_id: 'text',
    order_id: 'text',
    case_id: 'text',
    officer: 'text',
    channel: 'text',
    status: 'text',
    attempt: 'int',
    error_code: 'text',
    at: 'bigint',
  },
  key: ['delivery_id'],
  merge: KEEP,
  indexes: ['(order_id)'],
};

/** What happened in a case, as records; the words are made when it is read. */
const TIMELINE: Table = {
  name: 'timeline',
  columns: {
    entry_id: 'text',
    case_id: 'text',
    at: 'bigint',
    /** order within a millisecond */
    log_partition: 'int',
    log_offset: 'bigint',
    type: 'text',
    record: 'text',
  },
  key: ['entry_id'],
  merge: KEEP,
  indexes: ['(case_id, at, log_partition, log_offset)'],
};

const LABELS: Table = {
  name: 'labels',
  columns: {
    label_id: 'text',
    case_id: 'text',
    subject: 'text',
    label: 'text',
    outcome_code: 'text',
    money_stopped_minor: 'bigint',
    money_out_before_minor: 'bigint',
    currency: 'text',
    provisional: 'boolean',
    takes_back: 'text',
    at: 'bigint',
  },
  key: ['label_id'],
  merge: KEEP,
  indexes: ['(case_id)', '(takes_back) WHERE takes_back IS NOT NULL'],
};

const FOLLOW_UPS: Table = {
  name: 'follow_ups',
  columns: {
    follow_up_id: 'text',
    case_id: 'text',
    subject: 'text',
    kind: 'text',
    due_at: 'bigint',
    done_at: 'bigint',
    cancelled_at: 'bigint',
    at: 'bigint',
  },
  key: ['follow_up_id'],
  merge: { kind: 'newest', by: 'at' },
  indexes: ['(case_id)', '(due_at) WHERE done_at IS NULL AND cancelled_at IS NULL'],
};

const COMMANDS: Table = {
  name: 'commands',
  columns: { command_id: 'text', case_id: 'text', kind: 'text', actor: 'text', at: 'bigint' },
  key: ['command_id'],
  merge: KEEP,
  indexes: ['(case_id)'],
};

/** Apart from `commands`, because nothing says which of the two a partition brings first. */
const VERDICTS: Table = {
  name: 'verdicts',
  columns: { command_id: 'text', case_id: 'text', state: 'text', reason: 'text', merged_at: 'bigint', at: 'bigint' },
  key: ['command_id'],
  merge: KEEP,
  indexes: [],
};

const OPENED: Table = {
  name: 'opened',
  columns: {
    command_id: 'text',
    case_id: 'text',
    subject: 'text',
    actor: 'text',
    role: 'text',
    purpose: 'text',
    fields: 'text',
    device: 'text',
    at: 'bigint',
  },
  key: ['command_id'],
  merge: KEEP,
  indexes: ['(case_id, at)', '(actor, at)'],
};

/** Everything that is rebuilt from `case`. Positions stand beside them, in the same transactions. */
export const TABLES = {
  cases: CASES,
  warnings: WARNINGS,
  orders: ORDERS,
  deliveries: DELIVERIES,
  timeline: TIMELINE,
  labels: LABELS,
  follow_ups: FOLLOW_UPS,
  commands: COMMANDS,
  verdicts: VERDICTS,
  opened: OPENED,
} as const satisfies Record<string, Table>;
export type TableName = keyof typeof TABLES;

export const POSITIONS_SQL = `(log_partition int PRIMARY KEY, log_id text NOT NULL, log_position bigint NOT NULL, stamps text NOT NULL)`;
