import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE = 'precincts.json';

/** The adopted precincts, written down by the running console: the log they stand in is locked while it runs. */
export class PrecinctsFile {
  readonly #file: string;
  #written = '';

  constructor(folder: string) {
    this.#file = join(folder, FILE);
  }

  write(codes: readonly string[]): void {
    const text = `${JSON.stringify({ precincts: [...codes].sort() })}\n`;
    if (codes.length === 0 || text === this.#written) return;
    const draft = `${this.#file}.${randomBytes(4).toString('hex')}`;
    writeFileSync(draft, text, { mode: 0o600 });
    renameSync(draft, this.#file);
    this.#written = text;
  }
}

/** undefined: not known yet */
export function knownPrecincts(folder: string): readonly string[] | undefined {
  try {
    const { precincts } = JSON.parse(readFileSync(join(folder, FILE), 'utf8')) as { readonly precincts?: unknown };
    return Array.isArray(precincts) ? precincts.map(String) : undefined;
  } catch {
    return undefined;
  }
}
