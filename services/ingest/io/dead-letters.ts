import { randomBytes, type KeyObject } from 'node:crypto';
import { appendFile, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Refusal, RefusalCode } from '../event/refusal.ts';
import { SealedBox } from './sealed-box.ts';

/** What the door refused, before it is kept. */
export interface RefusedItem {
  readonly source: string;
  /** place in the body */
  readonly index: number;
  readonly refusal: Refusal;
  /** as it came */
  readonly text: string;
  /** where it lies in its source; undefined: nowhere, it was sent */
  readonly place?: string | undefined;
}

/** A dead letter without its content. */
export interface DeadLetter {
  readonly id: string;
  /** ms since 1970 UTC */
  readonly at: number;
  readonly source: string;
  readonly index: number;
  readonly code: RefusalCode;
  readonly field: string;
  readonly message: string;
  /** length of the content in bytes */
  readonly bytes: number;
  /** `topic/partition/offset` of a message of an upstream topic, where it can be looked at as long as it is kept there */
  readonly place?: string | undefined;
}

interface StoredLetter extends DeadLetter {
  readonly sealed: string;
}

export interface DeadLetterOptions {
  readonly maxBytes: number;
  readonly keptDays: number;
  readonly now: () => number;
}

const DAY_MS = 86_400_000;
const SEGMENT_BYTES = 16 * 1024 * 1024;
const MAX_CONTENT = 64 * 1024;
const SEGMENT = /^\d{13}\.ndjson$/;

/**
 * The refused events of a data folder, one line each, in segments; the content is encrypted. Bounded in bytes and days: the
 * oldest segment goes first. Nothing here may stop good events, so a full disk costs the letter and not the answer.
 */
export class DeadLetters {
  readonly #folder: string;
  readonly #box: SealedBox;
  readonly #options: DeadLetterOptions;
  #segment: { readonly name: string; bytes: number } | undefined;

  private constructor(folder: string, box: SealedBox, options: DeadLetterOptions) {
    this.#folder = folder;
    this.#box = box;
    this.#options = options;
  }

  static async open(folder: string, key: KeyObject, options: DeadLetterOptions): Promise<DeadLetters> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return new DeadLetters(folder, new SealedBox(new Map([[1, key]])), options);
  }

  /** Keeps the letters; their ids are in the order given. @throws when the disk takes no more */
  async keep(items: readonly RefusedItem[]): Promise<string[]> {
    const at = this.#options.now();
    const letters = items.map(({ source, index, refusal, text, place }): StoredLetter => {
      const id = randomBytes(12).toString('hex');
      const content = text.slice(0, MAX_CONTENT);
      const sealed = this.#box.seal(id, content).toString('base64');
      return { id, at, source, index, place, ...refusal, bytes: Buffer.byteLength(text), sealed };
    });
    const lines = letters.map((letter) => `${JSON.stringify(letter)}\n`).join('');
    const segment = await this.#segmentFor(lines.length, at);
    await appendFile(join(this.#folder, segment.name), lines, { mode: 0o600 });
    segment.bytes += lines.length;
    return letters.map((letter) => letter.id);
  }

  /** The newest letters, newest first. */
  async list(limit = 100): Promise<DeadLetter[]> {
    const found: DeadLetter[] = [];
    for (const name of (await this.#segments()).reverse()) {
      for (const { sealed: _, ...letter } of (await this.#read(name)).reverse()) {
        if (found.length === limit) return found;
        found.push(letter);
      }
    }
    return found;
  }

  /** One letter with its content; null when there is none (any more). */
  async show(id: string): Promise<{ readonly letter: DeadLetter; readonly text: string } | null> {
    for (const name of (await this.#segments()).reverse()) {
      const stored = (await this.#read(name)).find((letter) => letter.id === id);
      if (stored === undefined) continue;
      const { sealed, ...letter } = stored;
      return { letter, text: this.#box.open(id, Buffer.from(sealed, 'base64')) };
    }
    return null;
  }

  async #segments(): Promise<string[]> {
    return (await readdir(this.#folder)).filter((name) => SEGMENT.test(name)).sort();
  }

  async #read(name: string): Promise<StoredLetter[]> {
    const lines = (await readFile(join(this.#folder, name), 'utf8')).split('\n');
    // The last line may be torn by a crash.
    return lines.flatMap((line) => {
      try {
        return [JSON.parse(line) as StoredLetter];
      } catch {
        return [];
      }
    });
  }

  async #segmentFor(bytes: number, at: number): Promise<{ readonly name: string; bytes: number }> {
    if (this.#segment === undefined || this.#segment.bytes + bytes > SEGMENT_BYTES) {
      this.#segment = { name: `${String(at).padStart(13, '0')}.ndjson`, bytes: 0 };
      await this.#prune(at, this.#segment.name);
    }
    return this.#segment;
  }

  async #prune(at: number, current: string): Promise<void> {
    let total = SEGMENT_BYTES;
    for (const name of (await this.#segments()).reverse()) {
      if (name === current) continue;
      const path = join(this.#folder, name);
      total += (await stat(path)).size;
      const isOld = Number(name.slice(0, 13)) < at - this.#options.keptDays * DAY_MS;
      if (isOld || total > this.#options.maxBytes) await rm(path, { force: true });
    }
  }
}
