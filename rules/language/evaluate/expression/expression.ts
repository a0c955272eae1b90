import type { FeaturePlan, Node } from '../../plan/plan.ts';
import type { Condition, Frame, Listing, Numeric, Scalar, Textual } from '../frame.ts';
import { FALSE, PlanError, TRUE, UNKNOWN } from '../frame.ts';
import { calendar, realArithmetic, wholeArithmetic } from './arithmetic.ts';
import { compareNumbers, compareTexts, compareTruths, inConstants, inItems, inListing, quantify } from './compare.ts';
import { representation } from './kind.ts';
import { and, certain, choose, not, or, truth } from './logic.ts';
import type { SeenOf } from './read.ts';
import {
  eventAtHand,
  hasField,
  listField,
  numberField,
  signatureOf,
  stageEvent,
  textField,
  truthField,
} from './read.ts';

/** What names in an expression stand for. */
export interface Names {
  /** stage id -> position */
  readonly stages: ReadonlyMap<string, number>;
  readonly features: ReadonlyMap<string, FeaturePlan>;
  /** feature id -> position in the engine's table */
  readonly positions: ReadonlyMap<string, number>;
  /** feature id -> value that overrides what was counted (rule tests) */
  readonly pins: ReadonlyMap<string, number>;
  /** expressions of the warning read features of the person as of the warning, not as of a record */
  readonly atWarning: boolean;
}

/** Turns checked nodes into closures, once. No code is generated; the closures allocate nothing when they run. */
export class Compiler {
  readonly #names: Names;

  constructor(names: Names) {
    this.#names = names;
  }

  condition(node: Node): Condition {
    switch (node.op) {
      case 'literal':
        return constant(node.value === true ? TRUE : FALSE);
      case 'field':
        return truthField(this.#scope(node.scope), node.field);
      case 'variable':
        return (frame) => (frame.bound === true ? TRUE : frame.bound === false ? FALSE : UNKNOWN);
      case 'has':
        return hasField(this.#scope(node.scope), node.field);
      case 'not':
        return not(this.condition(node.argument));
      case 'certain':
        return certain(this.condition(node.argument));
      case 'and':
        return and(node.arguments.map((part) => this.condition(part)));
      case 'or':
        return or(node.arguments.map((part) => this.condition(part)));
      case 'compare':
        return this.#compare(node);
      case 'in':
        return this.#in(node);
      case 'text':
        return this.#text(node);
      case 'quantifier':
        return quantify(node.function, this.listing(node.list), this.condition(node.body));
      case 'conditional':
        return choose(this.condition(node.test), this.condition(node.then), this.condition(node.otherwise), UNKNOWN);
      case 'member':
        return this.#member(node);
      case 'finding':
        return this.#finding(node);
      default:
        throw new PlanError(`${node.op} is no condition`);
    }
  }

  numeric(node: Node): Numeric {
    switch (node.op) {
      case 'literal': {
        const value = Number(node.value);
        return () => value;
      }
      case 'field':
        return numberField(this.#scope(node.scope), node.field);
      case 'variable':
        return (frame) => (typeof frame.bound === 'number' ? frame.bound : Number.NaN);
      case 'arithmetic': {
        const arithmetic = node.type.kind === 'double' ? realArithmetic : wholeArithmetic;
        return arithmetic(node.operator, this.numeric(node.left), this.numeric(node.right));
      }
      case 'negate': {
        const argument = this.numeric(node.argument);
        return (frame) => 0 - argument(frame);
      }
      case 'conditional':
        return choose(this.condition(node.test), this.numeric(node.then), this.numeric(node.otherwise), Number.NaN);
      case 'size':
        return this.#size(node.argument);
      case 'calendar':
        return calendar(node.function, this.numeric(node.argument), node.offset_minutes);
      case 'feature':
        return this.#feature(node);
      case 'model':
        // No card ships yet: a score nobody computed is unknown, never zero.
        return () => Number.NaN;
      default:
        throw new PlanError(`${node.op} is no number`);
    }
  }

  textual(node: Node): Textual {
    switch (node.op) {
      case 'literal': {
        const value = String(node.value);
        return () => value;
      }
      case 'field':
        if (node.scope === 'event' && node.field === 'subject') return (frame) => frame.subject;
        return textField(this.#scope(node.scope), node.field, node.type.kind === 'enum');
      case 'variable':
        return (frame) => (typeof frame.bound === 'string' ? frame.bound : undefined);
      case 'conditional':
        return choose(this.condition(node.test), this.textual(node.then), this.textual(node.otherwise), undefined);
      default:
        throw new PlanError(`${node.op} is no text`);
    }
  }

  listing(node: Node): Listing {
    if (node.op === 'field') return listField(this.#scope(node.scope), node.field);
    if (node.op === 'list') {
      const items = constants(node.items);
      if (items === undefined) throw new PlanError('the items of a list must be constants here');
      return () => items;
    }
    if (node.op === 'feature') return this.#lastValues(node);
    if (node.op === 'conditional') {
      return choose(this.condition(node.test), this.listing(node.then), this.listing(node.otherwise), undefined);
    }
    throw new PlanError(`${node.op} is no list`);
  }

  #scope(scope: string): SeenOf {
    if (scope === 'event') return eventAtHand;
    const stage = this.#names.stages.get(scope);
    if (stage === undefined) throw new PlanError(`there is no stage ${scope}`);
    return stageEvent(stage);
  }

  #representation(node: Node) {
    return representation(node, this.#names.features);
  }

  #scalar(node: Node): (frame: Frame) => Scalar | undefined {
    switch (this.#representation(node)) {
      case 'text':
        return this.textual(node);
      case 'number': {
        const value = this.numeric(node);
        return value;
      }
      case 'truth': {
        const value = this.condition(node);
        return (frame) => {
          const result = value(frame);
          return result === UNKNOWN ? undefined : result === TRUE;
        };
      }
      case 'list':
        throw new PlanError('a list cannot stand in a list');
    }
  }

  #compare(node: Extract<Node, { op: 'compare' }>): Condition {
    const { comparison, left, right } = node;
    switch (this.#representation(left)) {
      case 'number':
        return compareNumbers(comparison, this.numeric(left), this.numeric(right));
      case 'truth':
        return compareTruths(comparison, this.condition(left), this.condition(right));
      case 'text':
        return this.#equalConstant(node) ?? compareTexts(comparison, this.textual(left), this.textual(right));
      case 'list':
        throw new PlanError('lists are not compared');
    }
  }

  /** The commonest atom, `event.phase == "answered"`, in one closure. */
  #equalConstant(node: Extract<Node, { op: 'compare' }>): Condition | undefined {
    if (node.comparison !== '==' || node.right.op !== 'literal') return undefined;
    const value = this.textual(node.left);
    const wanted = String(node.right.value);
    return (frame) => {
      const found = value(frame);
      return found === undefined ? UNKNOWN : found === wanted ? TRUE : FALSE;
    };
  }

  #in(node: Extract<Node, { op: 'in' }>): Condition {
    const value = this.#scalar(node.left);
    if (node.list.op !== 'list') return inListing(value, this.listing(node.list));
    const items = constants(node.list.items);
    if (items !== undefined) return inConstants(value, items);
    return inItems(
      value,
      node.list.items.map((item) => this.#scalar(item)),
    );
  }

  #text(node: Extract<Node, { op: 'text' }>): Condition {
    const target = this.textual(node.target);
    const argument = this.textual(node.argument);
    const test = (holds: (text: string, part: string) => boolean): Condition => {
      return (frame) => {
        const text = target(frame);
        const part = argument(frame);
        return text === undefined || part === undefined ? UNKNOWN : truth(holds(text, part));
      };
    };
    if (node.function === 'startsWith') return test((text, part) => text.startsWith(part));
    if (node.function === 'endsWith') return test((text, part) => text.endsWith(part));
    return test((text, part) => text.includes(part));
  }

  #size(argument: Node): Numeric {
    if (this.#representation(argument) === 'list') {
      const list = this.listing(argument);
      return (frame) => list(frame)?.length ?? Number.NaN;
    }
    const text = this.textual(argument);
    return (frame) => {
      const value = text(frame);
      return value === undefined ? Number.NaN : codePoints(value);
    };
  }

  /** The counterparty's own lists travel with its event; anything else is looked up here. */
  #member(node: Extract<Node, { op: 'member' }>): Condition {
    const argument = this.textual(node.argument);
    const of = node.argument.op === 'field' ? this.#scope(node.argument.scope) : eventAtHand;
    const { list } = node;
    return (frame) => {
      const value = argument(frame);
      if (value === undefined) return UNKNOWN;
      const seen = of(frame);
      if (seen !== undefined && seen.counterparty === value && seen.listHits.includes(list)) return TRUE;
      return truth(frame.lists.has(list, value, frame.now));
    };
  }

  #finding(node: Extract<Node, { op: 'finding' }>): Condition {
    const of = this.#scope(node.scope);
    return (frame) => {
      const seen = of(frame);
      return seen === undefined ? UNKNOWN : truth(seen.findings.includes(node.rule));
    };
  }

  #feature(node: Extract<Node, { op: 'feature' }>): Numeric {
    const pinned = this.#names.pins.get(node.feature);
    if (pinned !== undefined) return () => pinned;
    const position = this.#names.positions.get(node.feature);
    if (position === undefined) throw new PlanError(`the feature ${node.feature} is not in the rule set`);
    const live = this.#liveFeature(node, position);
    if (node.scope === 'event' && this.#names.atWarning) return live;
    const of = this.#scope(node.scope);
    const signature = signatureOf(node);
    return (frame) => {
      const seen = of(frame);
      if (seen === undefined) return Number.NaN;
      return seen.captured === undefined ? live(frame) : (seen.captured[signature] ?? Number.NaN);
    };
  }

  /** Reads live state whatever event is at hand. */
  #liveFeature(node: Extract<Node, { op: 'feature' }>, position: number): Numeric {
    const first = this.textual(node.key[0] as Node);
    const second = node.key[1] === undefined ? undefined : this.textual(node.key[1]);
    return (frame) => {
      const key = first(frame);
      if (key === undefined) return Number.NaN;
      if (second === undefined) return frame.reader.read(position, key, undefined, frame);
      const other = second(frame);
      return other === undefined ? Number.NaN : frame.reader.read(position, key, other, frame);
    };
  }

  /** Lists are not kept with a waiting match: asked of an earlier stage's event they are unknown. */
  #lastValues(node: Extract<Node, { op: 'feature' }>): Listing {
    const position = this.#names.positions.get(node.feature);
    if (position === undefined || node.scope !== 'event') return () => undefined;
    const first = this.textual(node.key[0] as Node);
    const second = node.key[1] === undefined ? undefined : this.textual(node.key[1]);
    return (frame) => {
      const key = first(frame);
      if (key === undefined || (frame.event.captured !== undefined && !this.#names.atWarning)) return undefined;
      return frame.reader.list(position, key, second?.(frame), frame);
    };
  }
}

function constant(value: 0 | 1): Condition {
  return () => value;
}

function constants(items: readonly Node[]): readonly Scalar[] | undefined {
  const values: Scalar[] = [];
  for (const item of items) {
    if (item.op !== 'literal') return undefined;
    values.push(item.value);
  }
  return values;
}

/** CEL counts code points, JavaScript UTF-16 units. */
function codePoints(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xd800 && unit <= 0xdbff && i + 1 < text.length) i++;
    count++;
  }
  return count;
}
