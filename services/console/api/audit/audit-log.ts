import { createReadStream } from 'node:fs';
import { open, readFile, rename, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { AuditUnavailable, type Audit } from './audit.ts';
import { AuditCheck, entryAfter, type AuditEntry, type AuditFact, type AuditHead, type AuditVerdict } from './entry.ts';

interface Waiting {
  readonly entry: AuditEntry;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Read back at a start: the end of the chain and what is still of interest (sessions ended before their time). */
const TAIL_BYTES = 4 << 20;

const FILE = 'audit.log';
const HEAD_FILE = 'audit.head';

/** The append-only file of look-ups. An entry is on disk before its answer goes out; those of one moment share a sync. */
export class AuditLog implements Audit {
  readonly #file: FileHandle;
  readonly #headFile: string;
  #last: AuditHead | undefined;
  #durable: { readonly head: AuditHead | undefined; readonly bytes: number };
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;

  private constructor(file: FileHandle, headFile: string, head: AuditHead | undefined, bytes: number) {
    this.#file = file;
    this.#headFile = headFile;
    this.#last = head;
    this.#durable = { head, bytes };
  }

  /**
   * Opens the audit of a data folder. A last line that a crash tore was never answered for: it is cut off, and that is
   * written down. Anything else that is wrong stays as it is for `verifyAuditFolder` to name.
   */
  static async open(
    folder: string,
    now: () => number,
  ): Promise<{ readonly log: AuditLog; readonly tail: AuditEntry[] }> {
    const file = await open(join(folder, FILE), 'a+', 0o600);
    const { size } = await file.stat();
    const start = Math.max(0, size - TAIL_BYTES);
    const bytes = Buffer.alloc(size - start);
    await file.read(bytes, 0, bytes.length, start);
    const end = bytes.lastIndexOf('\n') + 1;
    const torn = bytes.length - end;
    if (torn > 0) await file.truncate(size - torn);
    // A tail that begins inside a line: that line is no entry.
    const tail = entriesOf(bytes.subarray(0, end).toString());
    const log = new AuditLog(file, join(folder, HEAD_FILE), tail.at(-1), size - torn);
    if (torn > 0)
      await log.append({ at: now(), by: 'console', role: 'system', action: 'audit_repaired', facts: { bytes: torn } });
    return { log, tail };
  }

  append(fact: AuditFact): Promise<void> {
    const entry = entryAfter(this.#last, fact);
    this.#last = entry;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entry, resolve, reject });
      this.#writing ??= this.#write();
    });
  }

  async #write(): Promise<void> {
    // Whatever comes in this moment goes with it.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const turn = this.#waiting;
      this.#waiting = [];
      try {
        await this.#writeTurn(turn);
        for (const { resolve } of turn) resolve();
      } catch (error) {
        await this.#takeBack([...turn, ...this.#waiting], error);
      }
    }
    this.#writing = undefined;
  }

  async #writeTurn(turn: readonly Waiting[]): Promise<void> {
    const { seq, hash } = (turn.at(-1) as Waiting).entry;
    const text = turn.map(({ entry }) => `${JSON.stringify(entry)}\n`).join('');
    await this.#file.appendFile(text);
    await this.#file.datasync();
    this.#durable = { head: { seq, hash }, bytes: this.#durable.bytes + Buffer.byteLength(text) };
    const next = `${this.#headFile}.next`;
    await writeFile(next, JSON.stringify({ seq, hash }), { mode: 0o600 });
    await rename(next, this.#headFile);
  }

  /** The chain goes on from what is on disk; nobody gets an answer for what is not. */
  async #takeBack(lost: readonly Waiting[], error: unknown): Promise<void> {
    this.#waiting = [];
    this.#last = this.#durable.head;
    // The request may be sent again; nothing was shown.
    for (const { reject } of lost) reject(new AuditUnavailable('the audit could not be written', { cause: error }));
    await this.#file.truncate(this.#durable.bytes).catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }
}

function entriesOf(text: string): AuditEntry[] {
  return text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line) as AuditEntry];
    } catch {
      return [];
    }
  });
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function endsInLine(name: string): Promise<boolean> {
  const file = await open(name, 'r');
  try {
    const { size } = await file.stat();
    const last = Buffer.alloc(1);
    await file.read(last, 0, 1, Math.max(0, size - 1));
    return size === 0 || last.toString() === '\n';
  } finally {
    await file.close();
  }
}

/** Checks the audit of a data folder from its first entry. */
export async function verifyAuditFolder(folder: string): Promise<AuditVerdict> {
  const name = join(folder, FILE);
  const text = await readIfThere(join(folder, HEAD_FILE));
  const head = text === undefined ? undefined : (JSON.parse(text) as AuditHead);
  const isTorn = !(await endsInLine(name));
  const check = new AuditCheck();
  let waiting: string | undefined;
  for await (const line of createInterface({ input: createReadStream(name), crlfDelay: Infinity })) {
    const wrong = waiting === undefined ? undefined : check.line(waiting);
    if (wrong !== undefined) return wrong;
    waiting = line;
  }
  const wrong = waiting === undefined || isTorn ? undefined : check.line(waiting);
  return wrong ?? check.end(head, isTorn);
}
