import type { Position, Problems } from './problems.ts';
import type { MapTree, ScalarTree, Tree } from './yaml-tree.ts';

const MAX_TEXT = 256;

export interface TextForm {
  readonly holds: RegExp;
  /** what is allowed, as the end of a sentence */
  readonly allowed: string;
}

/** What a scalar was written as, for a sentence. */
export function shown({ value, written }: ScalarTree): string {
  if (value === null) return 'nothing';
  return `\`${written.length > 40 ? `${written.slice(0, 40)}...` : written}\``;
}

/**
 * A scalar as the text it was meant to be. YAML takes 0571 for the number 571, `true` for a truth value and +0800 for 800: whoever
 * means the text must quote it.
 */
export function readText(tree: Tree, name: string, problems: Problems, form?: TextForm): string | undefined {
  if (tree.kind !== 'scalar' || tree.value === null) {
    problems.add(tree.at, `\`${name}\` is a text${form === undefined ? '' : `: ${form.allowed}`}`);
    return undefined;
  }
  if (typeof tree.value !== 'string') {
    const as = typeof tree.value === 'number' ? 'a number' : 'true or false';
    problems.add(tree.at, `\`${name}\`: YAML reads ${shown(tree)} as ${as}; write it in quotes`);
    return undefined;
  }
  const text = tree.value;
  if (text.trim() === '' || text.length > MAX_TEXT) {
    problems.add(tree.at, `\`${name}\` has 1 to ${MAX_TEXT} characters`);
    return undefined;
  }
  if (form === undefined || form.holds.test(text)) return text;
  problems.add(tree.at, `\`${name}\` is ${shown(tree)}; allowed is ${form.allowed}`);
  return undefined;
}

/** A map whose keys are a closed list. Unknown ones are told at once, known ones are taken one by one. */
export class Section {
  readonly at: Position;
  readonly #name: string;
  readonly #values = new Map<string, Tree>();
  readonly #problems: Problems;

  constructor(map: MapTree, name: string, keys: readonly string[], problems: Problems) {
    this.at = map.at;
    this.#name = name;
    this.#problems = problems;
    for (const { key, value } of map.entries) {
      if (keys.includes(key.written)) this.#values.set(key.written, value);
      else problems.add(key.at, `${shown(key)} is no key of ${name}; allowed are ${keys.join(', ')}`);
    }
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  get(key: string): Tree | undefined {
    return this.#values.get(key);
  }

  /** the value, which must be there */
  need(key: string): Tree | undefined {
    const value = this.#values.get(key);
    if (value === undefined) this.#problems.add(this.at, `\`${key}\` is missing in ${this.#name}`);
    return value;
  }

  text(key: string, form?: TextForm): string | undefined {
    const value = this.#values.get(key);
    return value === undefined ? undefined : readText(value, key, this.#problems, form);
  }

  neededText(key: string, form?: TextForm): string | undefined {
    const value = this.need(key);
    return value === undefined ? undefined : readText(value, key, this.#problems, form);
  }

  choice<const T extends string>(key: string, choices: readonly T[], fallback?: T): T | undefined {
    if (fallback !== undefined && !this.has(key)) return fallback;
    const form = { holds: new RegExp(`^(?:${choices.join('|')})$`), allowed: `one of ${choices.join(', ')}` };
    return this.neededText(key, form) as T | undefined;
  }
}
