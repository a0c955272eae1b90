import type { Node, ValueType } from '../../plan/plan.ts';

// Random expressions for tests: each as a checked node and as the CEL text that means the same.

export interface Twin {
  readonly node: Node;
  readonly text: string;
}

/** Small deterministic generator: the seed is printed when a test fails. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const INT: ValueType = { kind: 'int' };
const TEXT: ValueType = { kind: 'string' };
const BOOL: ValueType = { kind: 'bool' };
const LIST: ValueType = { kind: 'list', of: TEXT };

export const INTS = ['a', 'b', 'c'] as const;
export const TEXTS = ['s', 't'] as const;
export const BOOLS = ['p', 'q'] as const;
export const LISTS = ['l', 'm'] as const;
export const WORDS = ['', 'a', 'ab', 'b', '境外', 'ba'] as const;

export class Grower {
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.#random() * items.length)] as T;
  }

  condition(depth: number): Twin {
    if (depth <= 0) return this.#leaf();
    switch (
      this.pick(['and', 'or', 'not', 'compare', 'texts', 'in', 'quantifier', 'conditional', 'text', 'leaf', 'truths'])
    ) {
      case 'and':
        return this.#join('and', '&&', depth);
      case 'or':
        return this.#join('or', '||', depth);
      case 'not': {
        const argument = this.condition(depth - 1);
        return { node: { op: 'not', argument: argument.node }, text: `!(${argument.text})` };
      }
      case 'compare':
        return this.#compare(this.number(depth - 1), this.number(depth - 1), ['==', '!=', '<', '<=', '>', '>=']);
      case 'texts':
        return this.#compare(this.text(depth - 1), this.text(depth - 1), ['==', '!=', '<', '>=']);
      case 'truths':
        return this.#compare(this.condition(depth - 1), this.condition(depth - 1), ['==', '!=']);
      case 'in':
        return this.#in(depth);
      case 'quantifier':
        return this.#quantifier(depth);
      case 'text':
        return this.#textFunction(depth);
      case 'conditional':
        return this.#conditional(this.condition(depth - 1), this.condition(depth - 1), depth);
      default:
        return this.#leaf();
    }
  }

  number(depth: number): Twin {
    if (depth <= 0 || this.#random() < 0.3) return this.#numberLeaf();
    switch (this.pick(['arithmetic', 'arithmetic', 'negate', 'conditional', 'size'])) {
      case 'arithmetic': {
        const operator = this.pick(['+', '-', '*', '/', '%'] as const);
        const [left, right] = [this.number(depth - 1), this.number(depth - 1)];
        const node: Node = { op: 'arithmetic', operator, left: left.node, right: right.node, type: INT };
        return { node, text: `(${left.text} ${operator} ${right.text})` };
      }
      case 'negate': {
        const argument = this.number(depth - 1);
        return { node: { op: 'negate', argument: argument.node }, text: `-(${argument.text})` };
      }
      case 'size': {
        const argument = this.#random() < 0.5 ? this.text(depth - 1) : field(this.pick(LISTS), LIST);
        return { node: { op: 'size', argument: argument.node }, text: `size(${argument.text})` };
      }
      default:
        return this.#conditional(this.number(depth - 1), this.number(depth - 1), depth);
    }
  }

  text(depth: number): Twin {
    if (depth > 0 && this.#random() < 0.2) return this.#conditional(this.text(depth - 1), this.text(depth - 1), depth);
    if (this.#random() < 0.5) return field(this.pick(TEXTS), TEXT);
    const value = this.pick(WORDS);
    return { node: { op: 'literal', type: TEXT, value }, text: JSON.stringify(value) };
  }

  #numberLeaf(): Twin {
    if (this.#random() < 0.6) return field(this.pick(INTS), INT);
    const value = this.pick([0, 1, 2, 3, 7, 1000]);
    return { node: { op: 'literal', type: INT, value }, text: String(value) };
  }

  #leaf(): Twin {
    const kind = this.#random();
    if (kind < 0.2) {
      const value = this.#random() < 0.5;
      return { node: { op: 'literal', type: BOOL, value }, text: String(value) };
    }
    if (kind < 0.5) {
      const name = this.pick([...INTS, ...TEXTS, ...BOOLS]);
      return { node: { op: 'has', scope: 'event', field: name }, text: `has(event.${name})` };
    }
    return field(this.pick(BOOLS), BOOL);
  }

  #join(op: 'and' | 'or', operator: string, depth: number): Twin {
    const parts = Array.from({ length: 2 + Math.floor(this.#random() * 2) }, () => this.condition(depth - 1));
    return {
      node: { op, arguments: parts.map((part) => part.node) },
      text: parts.map((part) => `(${part.text})`).join(` ${operator} `),
    };
  }

  #compare(left: Twin, right: Twin, comparisons: ReadonlyArray<'==' | '!=' | '<' | '<=' | '>' | '>='>): Twin {
    const comparison = this.pick(comparisons);
    return {
      node: { op: 'compare', comparison, left: left.node, right: right.node },
      text: `(${left.text}) ${comparison} (${right.text})`,
    };
  }

  #in(depth: number): Twin {
    const left = this.text(depth - 1);
    const list = this.#random() < 0.5 ? field(this.pick(LISTS), LIST) : this.#listOfTexts(depth);
    return { node: { op: 'in', left: left.node, list: list.node }, text: `(${left.text}) in ${list.text}` };
  }

  #listOfTexts(depth: number): Twin {
    const constant = this.#random() < 0.7;
    const items = Array.from({ length: 1 + Math.floor(this.#random() * 3) }, () => this.text(constant ? 0 : depth - 1));
    return {
      node: { op: 'list', items: items.map((item) => item.node), type: LIST },
      text: `[${items.map((item) => item.text).join(', ')}]`,
    };
  }

  #quantifier(depth: number): Twin {
    const name = this.pick(['exists', 'all'] as const);
    const list = field(this.pick(LISTS), LIST);
    const other = this.text(depth - 1);
    const variable: Node = { op: 'variable', name: 'x', type: TEXT };
    const comparison = this.pick(['==', '!='] as const);
    const body: Node = { op: 'compare', comparison, left: variable, right: other.node };
    return {
      node: { op: 'quantifier', function: name, list: list.node, variable: 'x', body },
      text: `${list.text}.${name}(x, x ${comparison} (${other.text}))`,
    };
  }

  #textFunction(depth: number): Twin {
    const name = this.pick(['startsWith', 'endsWith', 'contains'] as const);
    const [target, argument] = [this.text(depth - 1), this.text(depth - 1)];
    const node: Node = { op: 'text', function: name, target: target.node, argument: argument.node };
    return { node, text: `(${target.text}).${name}(${argument.text})` };
  }

  #conditional(then: Twin, otherwise: Twin, depth: number): Twin {
    const test = this.condition(depth - 1);
    return {
      // oxlint-disable-next-line unicorn/no-thenable -- the plan calls it so
      node: { op: 'conditional', test: test.node, then: then.node, otherwise: otherwise.node },
      text: `((${test.text}) ? (${then.text}) : (${otherwise.text}))`,
    };
  }
}

function field(name: string, type: ValueType): Twin {
  return { node: { op: 'field', scope: 'event', field: name, type }, text: `event.${name}` };
}
