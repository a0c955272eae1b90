import { refusal } from '../event/refusal.ts';
import { BAD, converter, hintOf } from './convert.ts';
import type { FieldPlan } from './mapping.ts';
import type { Position, Problems } from './problems.ts';
import { readColumn } from './row.ts';
import { readText, Section, shown } from './section.ts';
import { checkConstant, type Target } from './targets.ts';
import type { TimeReader } from './time.ts';
import type { MapTree, ScalarTree, Tree } from './yaml-tree.ts';

const FIELD_KEYS = ['column', 'const', 'lookup', 'otherwise', 'minor'];
const MAX_FIELDS = 64;
const MAX_LOOKUP = 1000;
const MAX_MINOR = 6;

/** What the fields of a mapping are read against. */
export interface FieldsContext {
  readonly targets: ReadonlyMap<string, Target>;
  readonly time: TimeReader;
  /** with `id_form: opaque`: the source */
  readonly opaqueIn: string | undefined;
  readonly problems: Problems;
}

interface Sources {
  readonly column?: string | undefined;
  readonly constant?: unknown;
  readonly lookup?: ReadonlyMap<string, unknown> | undefined;
  readonly otherwise?: unknown;
  readonly minor?: number | undefined;
}

function planOf(target: Target, sources: Sources, context: FieldsContext): FieldPlan {
  const { column, constant, lookup, otherwise, minor } = sources;
  const { time, opaqueIn } = context;
  const { name, shape } = target;
  const isIdentityList = shape === 'list' && /_(accts|tels)$/.test(name);
  const where = column === undefined ? '' : `, in column ${column}`;
  const bad =
    lookup === undefined
      ? refusal(shape === 'time' ? 'bad_time' : 'bad_form', name, `${hintOf(shape, minor)}${where}`)
      : refusal('unknown_symbol', name, `write a code that the mapping's lookup has${where}`);
  return {
    target,
    column: column === undefined ? undefined : readColumn(column),
    constant,
    lookup,
    otherwise,
    convert: converter(shape, isIdentityList, { time, minor, opaqueIn }),
    refusal: bad,
  };
}

export function columnPlan(target: Target, column: string, context: FieldsContext): FieldPlan {
  return planOf(target, { column }, context);
}

export function constantPlan(target: Target, constant: unknown, context: FieldsContext): FieldPlan {
  return planOf(target, { constant }, context);
}

/** A value written in the mapping itself, held against the door's own reader of the field. */
function constantOf(tree: Tree, what: string, target: Target, context: FieldsContext): unknown {
  const { problems } = context;
  if (tree.kind !== 'scalar') {
    problems.add(tree.at, `\`${what}\` is a single value`);
    return null;
  }
  const isText = !['whole', 'money', 'decimal', 'truth', 'time'].includes(target.shape);
  if (isText && tree.value !== null && typeof tree.value !== 'string') {
    readText(tree, what, problems);
    return null;
  }
  const value = constantValue(tree.value, target, context);
  const wrong = value === BAD ? 'the value does not fit the field' : checkConstant(target, value);
  if (wrong !== undefined) problems.add(tree.at, `\`${target.name}\` is ${shown(tree)}: ${wrong}`);
  return value === BAD ? null : value;
}

function constantValue(value: ScalarTree['value'], target: Target, context: FieldsContext): unknown {
  if (value === null || target.shape === 'money') return value;
  return converter(target.shape, false, context)(value);
}

function lookupOf(tree: Tree, target: Target, context: FieldsContext): ReadonlyMap<string, unknown> {
  const { problems } = context;
  const lookup = new Map<string, unknown>();
  if (tree.kind !== 'map') {
    problems.add(tree.at, '`lookup` is a map from the codes of the source to the words of the event');
    return lookup;
  }
  if (tree.entries.length > MAX_LOOKUP) problems.add(tree.at, `\`lookup\` has at most ${MAX_LOOKUP} entries`);
  for (const { key, value } of tree.entries) {
    // 01 and 1 are two codes of a source, and one number of YAML.
    const code = readText(key, 'lookup', problems);
    if (code !== undefined) lookup.set(code, constantOf(value, target.name, target, context));
  }
  return lookup;
}

function minorOf(section: Section, target: Target, context: FieldsContext): number | undefined {
  const tree = section.get('minor');
  if (tree === undefined) return undefined;
  if (target.shape !== 'money') {
    context.problems.add(tree.at, `\`minor\` is for amounts; \`${target.name}\` is none`);
    return undefined;
  }
  const minor = tree.kind === 'scalar' ? tree.value : undefined;
  if (typeof minor === 'number' && Number.isInteger(minor) && minor >= 0 && minor <= MAX_MINOR) return minor;
  context.problems.add(tree.at, `\`minor\` is a whole number of decimal places from 0 to ${MAX_MINOR}`);
  return undefined;
}

function mapPlan(tree: MapTree, target: Target, context: FieldsContext): FieldPlan | undefined {
  const { problems } = context;
  const section = new Section(tree, `field \`${target.name}\``, FIELD_KEYS, problems);
  const constantTree = section.get('const');
  if (constantTree !== undefined) {
    for (const key of ['column', 'lookup', 'otherwise', 'minor']) {
      const other = section.get(key);
      if (other !== undefined) problems.add(other.at, `\`${key}\` has no meaning beside \`const\``);
    }
    return planOf(target, { constant: constantOf(constantTree, 'const', target, context) }, context);
  }
  const column = section.neededText('column');
  const lookupTree = section.get('lookup');
  const otherwiseTree = section.get('otherwise');
  if (otherwiseTree !== undefined && lookupTree === undefined)
    problems.add(otherwiseTree.at, '`otherwise` goes with `lookup`');
  const lookup = lookupTree === undefined ? undefined : lookupOf(lookupTree, target, context);
  const otherwise = otherwiseTree === undefined ? undefined : constantOf(otherwiseTree, 'otherwise', target, context);
  const minor = minorOf(section, target, context);
  if (minor !== undefined && lookupTree !== undefined)
    problems.add(lookupTree.at, '`lookup` has no meaning beside `minor`');
  return column === undefined ? undefined : planOf(target, { column, lookup, otherwise, minor }, context);
}

/** A field of the event and where the mapping says it. */
export interface Filled {
  readonly at: Position;
  readonly plan: FieldPlan;
}

/** `fields: {name: column | {const} | {column, lookup, otherwise} | {column, minor}}` */
export function parseFields(tree: Tree, context: FieldsContext): Map<string, Filled> {
  const { targets, problems } = context;
  const filled = new Map<string, Filled>();
  if (tree.kind !== 'map') {
    problems.add(tree.at, '`fields` is a map from fields of the event to columns of the rows');
    return filled;
  }
  if (tree.entries.length > MAX_FIELDS) problems.add(tree.at, `\`fields\` has at most ${MAX_FIELDS} entries`);
  for (const { key, value } of tree.entries) {
    const target = targets.get(key.written);
    if (target === undefined) {
      problems.add(key.at, `${shown(key)} is no field of the event; allowed are ${[...targets.keys()].join(', ')}`);
      continue;
    }
    let plan: FieldPlan | undefined;
    if (value.kind === 'map') plan = mapPlan(value, target, context);
    else {
      const column = readText(value, target.name, problems, { holds: /./, allowed: 'a column, or a map' });
      if (column !== undefined) plan = columnPlan(target, column, context);
    }
    // A field that is told to be wrong is not told to be missing as well.
    filled.set(target.name, { at: key.at, plan: plan ?? constantPlan(target, null, context) });
  }
  return filled;
}
