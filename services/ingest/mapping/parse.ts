import { refusal } from '../event/refusal.ts';
import { TIME_HINT } from '../event/time.ts';
import { ROW_FORMATS, type Mapping } from './mapping.ts';
import { parseFields, type FieldsContext } from './parse-fields.ts';
import { parseSides } from './parse-sides.ts';
import { parseAcceptedAt, parseTime } from './parse-time.ts';
import { Problems, type MappingProblem } from './problems.ts';
import { readColumn, type Column } from './row.ts';
import { readText, Section } from './section.ts';
import { RECORDS, targetsOf } from './targets.ts';
import { doorTime } from './time.ts';
import { readTree, type MapTree } from './yaml-tree.ts';

const KEYS = ['source', 'record', 'format', 'time', 'accepted_at', 'sides', 'fields', 'id', 'id_of', 'id_form'];
const ID_FORMS = ['phone', 'opaque'] as const;
const MAX_ID_COLUMNS = 8;
const SOURCE = {
  holds: /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
  allowed: 'letters, digits and . _ -, at most 64, from a letter or digit on',
};

export type ParsedMapping =
  | { readonly mapping: Mapping; readonly problems: readonly [] }
  | { readonly mapping: undefined; readonly problems: readonly MappingProblem[] };

function parseId(section: Section, problems: Problems): Column[] {
  const id = section.text('id');
  const list = section.get('id_of');
  if (list === undefined) return id === undefined ? [] : [readColumn(id)];
  if (section.has('id')) problems.add(list.at, 'write `id` or `id_of`, not both');
  if (list.kind !== 'list' || list.items.length < 1 || list.items.length > MAX_ID_COLUMNS) {
    problems.add(list.at, `\`id_of\` is a list of 1 to ${MAX_ID_COLUMNS} columns that name a row together`);
    return [];
  }
  const names = list.items.map((item) => readText(item, 'id_of', problems)).filter((name) => name !== undefined);
  return names.map(readColumn);
}

function parseRoot(root: MapTree, problems: Problems): Mapping | undefined {
  const section = new Section(root, 'a mapping', KEYS, problems);
  const source = section.neededText('source', SOURCE);
  const record = section.choice('record', RECORDS);
  const format = section.choice('format', ROW_FORMATS);
  const timeTree = section.need('time');
  const time = timeTree === undefined ? undefined : parseTime(timeTree, 'time', problems);
  const acceptedTree = section.get('accepted_at');
  const acceptedAt = acceptedTree === undefined ? undefined : parseAcceptedAt(acceptedTree, time, problems);
  const id = parseId(section, problems);
  const idForm = section.choice('id_form', ID_FORMS, 'phone');
  // Without its type nothing more can be said of an event's fields.
  if (record === undefined) return undefined;
  const context: FieldsContext = {
    targets: targetsOf(record),
    time: time?.read ?? doorTime,
    opaqueIn: idForm === 'opaque' ? source : undefined,
    problems,
  };
  const fieldsTree = section.need('fields');
  const filled = fieldsTree === undefined ? new Map() : parseFields(fieldsTree, context);
  const sides = parseSides(section.get('sides'), root, {
    ...context,
    record,
    hasAcceptedAt: acceptedTree !== undefined,
    filled,
  });
  if (source === undefined || format === undefined || time === undefined) return undefined;
  return {
    source,
    record,
    format,
    time,
    acceptedAt,
    id,
    sides,
    timeRefusal: refusal('bad_time', 'occurred_at', `write a time as the mapping says, in column ${time.column.name}`),
    acceptedAtRefusal: refusal('bad_time', 'accepted_at', TIME_HINT),
  };
}

/** Reads a mapping file. Says every mistake of it at once, with its line and column. */
export function parseMapping(text: string): ParsedMapping {
  const problems = new Problems();
  const tree = readTree(text, problems);
  let mapping: Mapping | undefined;
  if (tree !== undefined && tree.kind !== 'map') problems.add(tree.at, `a mapping is a map of ${KEYS.join(', ')}`);
  else if (tree !== undefined) mapping = parseRoot(tree, problems);
  if (mapping !== undefined && problems.count === 0) return { mapping, problems: [] };
  return { mapping: undefined, problems: problems.list() };
}
