/** One thing that an installation may set: declared once, it gives parsing, `--help`, the documents and the type. */
export interface Setting<T> {
  readonly doc: string;
  readonly unit?: string | undefined;
  /** undefined: must be set */
  readonly default: T | undefined;
  /** what is allowed, as the end of a sentence: "a whole number from 0 to 65535" */
  readonly allowed: string;
  /** what stands behind the flag in `--help`; '' for a switch */
  readonly placeholder: string;
  /** never shown in an error, help or printout */
  readonly secret: boolean;
  /** undefined = not allowed */
  parse(text: string): T | undefined;
  /** how a value is written where it is shown */
  print(value: T): string;
}

export type Settings = Readonly<Record<string, Setting<unknown>>>;
export type Values<S extends Settings> = { readonly [Name in keyof S]: S[Name] extends Setting<infer T> ? T : never };

/** Names are camelCase in code; units come last, so the unit is in every name: `ackTimeoutMs`. */
export function declareSettings<S extends Settings>(settings: S): S {
  for (const name of Object.keys(settings)) {
    if (!/^[a-z][a-zA-Z0-9]*$/.test(name)) throw new RangeError(`setting ${name} is not camelCase`);
  }
  return settings;
}

/** The name in a file: `ackTimeoutMs` is `ack_timeout_ms`. */
export function fileName(name: string): string {
  return name.replace(/[A-Z]+/g, (capitals) => `_${capitals.toLowerCase()}`);
}

export function environmentName(name: string): string {
  return `YUJING_${fileName(name).toUpperCase()}`;
}

export function flagName(name: string): string {
  return `--${fileName(name).replaceAll('_', '-')}`;
}

interface Common<D> {
  readonly doc: string;
  /** absent: must be set; null: may stay unset */
  readonly default?: D;
  readonly secret?: boolean;
}

function setting<T, D extends T | null>(
  { doc, default: value, secret = false }: Common<D>,
  rest: Pick<Setting<T>, 'allowed' | 'placeholder'> & {
    readonly unit?: string | undefined;
    parse(text: string): T | undefined;
    print?(value: T): string;
  },
): Setting<T | NoInfer<D>> {
  const { print = String } = rest;
  return { ...rest, doc, default: value, secret, print: (shown) => (shown === null ? 'not set' : print(shown as T)) };
}

export function text<D extends string | null = never>(
  options: Common<D> & { readonly pattern?: RegExp; readonly allowed?: string },
): Setting<string | NoInfer<D>> {
  const { pattern, allowed = 'a text that is not empty' } = options;
  const parse = (value: string): string | undefined =>
    value !== '' && (pattern === undefined || pattern.test(value)) ? value : undefined;
  return setting<string, D>(options, { allowed, placeholder: 'TEXT', parse });
}

/** A file or folder. Whether it is there is the business of whoever opens it. */
export function path<D extends string | null = never>(options: Common<D>): Setting<string | NoInfer<D>> {
  return setting<string, D>(options, {
    allowed: 'the name of a file or folder',
    placeholder: 'PATH',
    parse: (value) => (value === '' || value.includes('\0') ? undefined : value),
  });
}

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly unit?: string;
}

/** A whole number; `_` may stand between digits. */
export function whole<D extends number | null = never>(options: Common<D> & Bounds): Setting<number | NoInfer<D>> {
  const { min, max, unit } = options;
  return setting<number, D>(options, {
    unit,
    allowed: `a whole number from ${min} to ${max}`,
    placeholder: 'NUMBER',
    parse: (value) => within(/^-?\d[\d_]*$/.test(value) ? Number(value.replaceAll('_', '')) : Number.NaN, options),
  });
}

export function decimal<D extends number | null = never>(options: Common<D> & Bounds): Setting<number | NoInfer<D>> {
  const { min, max, unit } = options;
  return setting<number, D>(options, {
    unit,
    allowed: `a number from ${min} to ${max}`,
    placeholder: 'NUMBER',
    parse: (value) => within(/^-?\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN, options),
  });
}

function within(value: number, { min, max }: Bounds): number | undefined {
  return value >= min && value <= max ? value : undefined;
}

const TRUE = new Set(['true', 'yes', 'on', '1']);
const FALSE = new Set(['false', 'no', 'off', '0']);

/** A switch: `--name` or `--no-name`. */
export function toggle<D extends boolean | null = never>(options: Common<D>): Setting<boolean | NoInfer<D>> {
  return setting<boolean, D>(options, {
    allowed: 'true or false',
    placeholder: '',
    parse: (value) => (TRUE.has(value) ? true : FALSE.has(value) ? false : undefined),
  });
}

export function choice<const C extends string, D extends C | null = never>(
  options: Common<D> & { readonly choices: readonly C[] },
): Setting<C | NoInfer<D>> {
  const { choices } = options;
  return setting<C, D>(options, {
    allowed: `one of ${choices.join(', ')}`,
    placeholder: choices.join('|'),
    parse: (value) => choices.find((candidate) => candidate === value),
  });
}

/** Texts with commas between them, or a list in a file. */
export function list<D extends readonly string[] | null = never>(
  options: Common<D> & { readonly pattern?: RegExp; readonly allowed?: string },
): Setting<readonly string[] | NoInfer<D>> {
  const { pattern, allowed = 'texts with commas between them' } = options;
  return setting<readonly string[], D>(options, {
    allowed,
    placeholder: 'TEXT,...',
    parse(value) {
      const parts = value === '' ? [] : value.split(',').map((part) => part.trim());
      return parts.every((part) => part !== '' && (pattern?.test(part) ?? true)) ? parts : undefined;
    },
    print: (parts) => parts.join(','),
  });
}
