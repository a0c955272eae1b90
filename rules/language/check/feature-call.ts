import type { Node } from '../plan/plan.ts';
import type { Syntax } from '../parse/syntax.ts';
import { didYouMean } from '../problems/suggest.ts';
import type { Checking, FeatureSymbol, Typed } from './environment.ts';
import { eventInfo, typeInWords, type Party } from './events.ts';
import { FUNCTIONS, OUTSIDE } from './functions.ts';
import { sameType } from './types.ts';

type Call = Extract<Syntax, { kind: 'call' }>;

/** A name that is no function is a feature, asked about fields of an event. */
export function featureCall(context: Checking, syntax: Call): Typed | undefined {
  const { function: name } = syntax;
  const args = syntax.arguments.map((argument) => context.check(argument));
  const feature = context.symbols.features.get(name);
  if (feature === undefined) {
    const outside = OUTSIDE[name];
    if (outside !== undefined)
      return context.report('not_in_language', syntax, `${name} is not in the language`, outside);
    return context.report(
      'unknown_function',
      syntax,
      `there is no function or feature ${name.slice(0, 60)}`,
      didYouMean(name, [...Object.keys(FUNCTIONS), ...context.symbols.features.keys()]),
    );
  }
  const known = args.filter((argument) => argument !== undefined);
  if (feature === 'broken' || known.length !== args.length) return undefined;
  if (!context.scope.features)
    return context.report(
      'not_in_language',
      syntax,
      `the feature ${name} cannot be asked here`,
      'features are counted from events, not from features',
    );
  return asked(context, syntax, feature, known);
}

/** A feature is asked about fields of one event, each naming the right kind of thing and the right party. */
function asked(context: Checking, syntax: Call, feature: FeatureSymbol, args: readonly Typed[]): Typed | undefined {
  const { plan, keys } = feature;
  const form = `${plan.name}(${plan.key.map((key) => (key === 'party' ? 'the account or number' : `event.${key}`)).join(', ')})`;
  if (args.length !== keys.length)
    return context.report(
      'wrong_arguments',
      syntax,
      `${plan.name} takes ${keys.length === 1 ? 'one argument' : `${keys.length} arguments`}`,
      form,
    );
  const scopes = new Set<string>();
  for (const [index, argument] of args.entries()) {
    const place = syntax.arguments[index] ?? syntax;
    const key = keys[index];
    if (key === undefined) continue;
    if (!sameType(argument.type, key))
      return context.report(
        'entity_mismatch',
        place,
        `${plan.name} is a feature of ${typeInWords(key)}, not of ${typeInWords(argument.type)}`,
        form,
      );
    if (argument.node.op !== 'field')
      return context.report('wrong_arguments', place, `${plan.name} is asked about a field of an event`, form);
    scopes.add(argument.node.scope);
    const parties = partiesOf(context, argument.node);
    const wanted = wantedParty(plan.place, plan.key.length, index);
    if (wanted !== undefined && parties !== undefined && !parties.includes(wanted)) {
      return context.report(
        'wrong_party',
        place,
        `${plan.name} is kept for the ${wanted === 'subject' ? 'person warned about' : 'other party'}; ${argument.node.field} names ${wanted === 'subject' ? 'the other party' : 'his own side'}`,
        form,
      );
    }
  }
  const [scope] = scopes;
  if (scopes.size !== 1 || scope === undefined)
    return context.report('wrong_arguments', syntax, `${plan.name} is asked about fields of one event`, form);
  return {
    node: { op: 'feature', feature: plan.id, scope, key: args.map((argument) => argument.node) },
    type: feature.result,
  };
}

function wantedParty(place: 'profile' | 'detect', keys: number, index: number): Party | undefined {
  if (keys === 1) return place === 'profile' ? 'counterparty' : 'subject';
  return index === 1 ? 'subject' : undefined;
}

function partiesOf(context: Checking, node: Extract<Node, { op: 'field' }>): readonly Party[] | undefined {
  if (node.field === 'subject') return ['subject'];
  const { event, stages } = context.scope;
  const info = event?.scope === node.scope ? event.info : stages.get(node.scope)?.info;
  return (info ?? eventInfo('call')).fields.get(node.field)?.parties;
}
