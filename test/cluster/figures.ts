/** One line of a Prometheus text: name, labels, value. */
interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LINE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{([^}]*)\})? (\S+)/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g;

/** What a process tells of itself at one moment. */
export class Figures {
  readonly #samples: readonly Sample[];

  constructor(samples: readonly Sample[]) {
    this.#samples = samples;
  }

  /** Sum over all samples of a name that have these labels; 0 when there are none. */
  sum(name: string, labels: Readonly<Record<string, string>> = {}): number {
    const wanted = Object.entries(labels);
    return this.#samples
      .filter(
        (sample) => sample.name.endsWith(name) && wanted.every(([label, value]) => sample.labels[label] === value),
      )
      .reduce((total, { value }) => total + value, 0);
  }

  /** how many samples a name has */
  count(name: string): number {
    return this.#samples.filter((sample) => sample.name.endsWith(name)).length;
  }
}

export function parseFigures(text: string): Figures {
  const samples: Sample[] = [];
  for (const line of text.split('\n')) {
    const [, name, labels = '', value] = LINE.exec(line) ?? [];
    if (name === undefined) continue;
    const pairs = [...labels.matchAll(LABEL)].map(([, label = '', said = '']) => [label, said] as const);
    samples.push({ name, labels: Object.fromEntries(pairs), value: Number(value) });
  }
  return new Figures(samples);
}
