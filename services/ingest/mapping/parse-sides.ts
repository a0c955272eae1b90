import type { FieldPlan, SidePlan, WhenPlan } from './mapping.ts';
import { columnPlan, constantPlan, parseFields, type FieldsContext, type Filled } from './parse-fields.ts';
import type { Problems } from './problems.ts';
import { readColumn } from './row.ts';
import { readText, Section } from './section.ts';
import { kindOf, matterField, type RecordName, type Target } from './targets.ts';
import type { Tree } from './yaml-tree.ts';

const DIRECTIONS = ['incoming', 'outgoing'] as const;
type Direction = (typeof DIRECTIONS)[number];
const SIDE_KEYS = ['subject', 'peer', 'direction', 'when', 'fields'];
const MAX_WORDS = 100;
const MAX_SIDES = 2;

/** The fields that hold the two parties of an event, seen from its subject. */
interface Parties {
  readonly subject: string;
  readonly peer: string | undefined;
}

function partiesOf(record: RecordName, direction: Direction | undefined): Parties {
  if (record === 'incident') return { subject: 'subject_token', peer: undefined };
  if (record === 'domain_visit') return { subject: 'subscriber_tel', peer: undefined };
  if (record !== 'transaction') return { subject: 'subscriber_tel', peer: 'peer_tel' };
  return direction === 'incoming'
    ? { subject: 'payee_acct', peer: 'payer_acct' }
    : { subject: 'payer_acct', peer: 'payee_acct' };
}

/** What a transfer is called by the one who pays and by the one who is paid, unless the mapping says the kind itself. */
const KIND_OF: Readonly<Record<Direction, string>> = { outgoing: 'transfer_out', incoming: 'transfer_in' };

interface SidesContext extends FieldsContext {
  readonly record: RecordName;
  readonly hasAcceptedAt: boolean;
  /** of all sides */
  readonly filled: ReadonlyMap<string, Filled>;
}

/** Every field that an event of this type cannot be without has to come from somewhere. */
function checkRequired(
  side: { readonly fields: ReadonlyMap<string, unknown>; readonly tree: Tree },
  context: SidesContext,
): void {
  const { record, problems } = context;
  for (const name of kindOf(record).required) {
    if (name === 'occurred_at' || name === matterField(record) || side.fields.has(name)) continue;
    problems.add(side.tree.at, `field \`${name}\` is missing: every ${record} needs it`);
  }
}

function templateOf({ record, hasAcceptedAt }: SidesContext, fields: readonly FieldPlan[]): SidePlan['template'] {
  const head = ['type', 'id', 'occurred_at', ...(hasAcceptedAt ? ['accepted_at'] : []), matterField(record)];
  return Object.fromEntries([...head, ...fields.map(({ target }) => target.field)].map((name) => [name, null]));
}

/** `{column, is: [texts]}` */
function parseWhen(tree: Tree, problems: Problems): WhenPlan | undefined {
  if (tree.kind !== 'map') {
    problems.add(tree.at, '`when` is a map of column, is');
    return undefined;
  }
  const section = new Section(tree, '`when`', ['column', 'is'], problems);
  const column = section.neededText('column');
  const words = section.need('is');
  if (words !== undefined && (words.kind !== 'list' || words.items.length < 1 || words.items.length > MAX_WORDS))
    problems.add(words.at, `\`is\` is a list of 1 to ${MAX_WORDS} texts`);
  if (column === undefined || words?.kind !== 'list') return undefined;
  const texts = words.items.map((item) => readText(item, 'is', problems)).filter((text) => text !== undefined);
  return { column: readColumn(column), is: new Set(texts) };
}

function parseSide(tree: Tree, context: SidesContext): SidePlan | undefined {
  const { record, problems, targets } = context;
  if (tree.kind !== 'map') {
    problems.add(tree.at, `a side is a map of ${SIDE_KEYS.join(', ')}`);
    return undefined;
  }
  const isOfTwo = partiesOf(record, undefined).peer !== undefined;
  const keys = isOfTwo ? SIDE_KEYS : SIDE_KEYS.filter((key) => key !== 'peer' && key !== 'direction');
  const section = new Section(tree, `a side of a ${record}`, keys, problems);
  const subject = section.neededText('subject');
  const peer = section.text('peer');
  const direction = isOfTwo ? section.choice('direction', DIRECTIONS) : undefined;
  const parties = partiesOf(record, direction);
  const target = (name: string): Target => targets.get(name) as Target;
  const whenTree = section.get('when');
  const when = whenTree === undefined ? undefined : parseWhen(whenTree, problems);
  const fieldsTree = section.get('fields');
  const own = fieldsTree === undefined ? new Map<string, Filled>() : parseFields(fieldsTree, context);
  const plans = new Map([...context.filled, ...own].map(([name, { plan }]) => [name, plan]));
  for (const [name, { at }] of [...context.filled, ...own]) {
    if (name === parties.subject || name === parties.peer || (name === 'direction' && isOfTwo))
      problems.add(at, `\`${name}\` is filled by the side: leave it out`);
  }
  if (peer !== undefined && parties.peer !== undefined)
    plans.set(parties.peer, columnPlan(target(parties.peer), peer, context));
  if (isOfTwo) plans.set('direction', constantPlan(target('direction'), direction ?? null, context));
  if (record === 'transaction' && !plans.has('kind'))
    plans.set('kind', constantPlan(target('kind'), KIND_OF[direction ?? 'outgoing'], context));
  if (subject === undefined) return undefined;
  const subjectPlan = columnPlan(target(parties.subject), subject, context);
  checkRequired({ fields: new Map<string, unknown>(plans).set(parties.subject, subjectPlan), tree }, context);
  const fields = [...plans.values()];
  return {
    suffix: subject,
    when,
    fields,
    template: templateOf(context, [subjectPlan, ...fields]),
    subject: subjectPlan,
  };
}

/** The events that a row makes: one per side, or a single one whose parties the fields name. */
export function parseSides(tree: Tree | undefined, root: Tree, context: SidesContext): SidePlan[] {
  const { problems, filled } = context;
  if (tree === undefined) {
    checkRequired({ fields: filled, tree: root }, context);
    const fields = [...filled.values()].map(({ plan }) => plan);
    return [{ suffix: '', when: undefined, fields, template: templateOf(context, fields), subject: undefined }];
  }
  if (tree.kind !== 'list' || tree.items.length < 1 || tree.items.length > MAX_SIDES) {
    problems.add(tree.at, '`sides` is a list of one side, or of two: each the subject of an event of its own');
    return [];
  }
  const sides = tree.items.map((item) => parseSide(item, context)).filter((side) => side !== undefined);
  if (sides.length === 2 && sides[0]?.suffix === sides[1]?.suffix)
    problems.add(tree.at, 'both sides have the same subject; each is the customer of one side');
  return sides;
}
