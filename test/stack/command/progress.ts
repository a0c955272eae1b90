const WIDTH = 24;

export function bar(done: number, total: number, label: string): string {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const filled = Math.round(share * WIDTH);
  const megabytes = (bytes: number): string => String(Math.round(bytes / 1e6));
  return `[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${megabytes(Math.min(done, total))}/${megabytes(total)} MB ${label}`;
}

const UNIT: Readonly<Record<string, number>> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9 };

/**
 * Bytes that Maven has fetched, from what it writes while it works: "Progress (2): 1.2/4.0 MB | 12/30 kB" for files under
 * way, "Downloaded from ...: .../a.jar (4.0 MB at 3 MB/s)" for those that are there. Its own parts do not count.
 */
export class MavenProgress {
  readonly #names: ReadonlySet<string>;
  #done = 0;
  #underWay = 0;
  #rest = '';

  constructor(names: Iterable<string>) {
    this.#names = new Set(names);
  }

  take(chunk: string): void {
    const lines = (this.#rest + chunk).split(/[\r\n]/);
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#line(line);
  }

  get bytes(): number {
    return this.#done + this.#underWay;
  }

  #line(line: string): void {
    const [, name, size, unit] = /Downloaded from .*\/([^/]+)\s+\(([\d.]+) (B|kB|MB|GB)/.exec(line) ?? [];
    if (name !== undefined) {
      this.#underWay = 0;
      if (this.#names.has(name)) this.#done += Number(size) * UNIT[unit!]!;
    } else if (line.startsWith('Progress (')) {
      const parts = line.matchAll(/([\d.]+)(?:\/[\d.]+)? (B|kB|MB|GB)/g);
      this.#underWay = [...parts].reduce((sum, [, done, of]) => sum + Number(done) * UNIT[of!]!, 0);
    }
  }
}
