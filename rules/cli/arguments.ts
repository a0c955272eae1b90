/** Flags of a command, declared once: parsed, refused when unknown, and listed by --help. */
export interface Flag {
  readonly name: string;
  /** undefined: a switch */
  readonly value?: string;
  readonly about: string;
}

export interface Arguments {
  readonly paths: readonly string[];
  readonly switches: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, readonly string[]>;
}

export class UsageError extends Error {}

export function parseArguments(argv: readonly string[], flags: readonly Flag[]): Arguments {
  const paths: string[] = [];
  const switches = new Set<string>();
  const values = new Map<string, string[]>();
  for (let index = 0; index < argv.length; index += 1) {
    const argument = argv[index] ?? '';
    if (!argument.startsWith('-')) {
      paths.push(argument);
      continue;
    }
    const [name = '', joined] = argument.split(/=(.*)/s);
    const flag = flags.find((candidate) => `--${candidate.name}` === name);
    if (flag === undefined) throw new UsageError(`unknown flag ${name}`);
    if (flag.value === undefined) {
      switches.add(flag.name);
      continue;
    }
    const value = joined ?? argv[(index += 1)];
    if (value === undefined) throw new UsageError(`${name} needs ${flag.value}`);
    values.set(flag.name, [...(values.get(flag.name) ?? []), value]);
  }
  return { paths, switches, values };
}
