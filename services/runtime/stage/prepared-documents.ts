import type { AdoptKind, Documents, Stage } from './stage.ts';

/** more than one per kind, so that a rollback finds what it goes back to */
const KEPT = 16;

/**
 * Adopted documents as the stage compiled them, by reference: content-addressed, so one copy serves all partitions of a
 * stage in this process and is never out of date.
 */
export class PreparedDocuments {
  readonly #stage: Pick<Stage<unknown, unknown>, 'prepare'>;
  readonly #documents: Documents;
  readonly #ready = new Map<string, unknown>();
  readonly #coming = new Map<string, Promise<unknown>>();

  constructor(stage: Pick<Stage<unknown, unknown>, 'prepare'>, documents: Documents) {
    this.#stage = stage;
    this.#documents = documents;
  }

  has(kind: AdoptKind, ref: string): boolean {
    return this.#ready.has(`${kind} ${ref}`);
  }

  get(kind: AdoptKind, ref: string): unknown {
    return this.#ready.get(`${kind} ${ref}`);
  }

  /** @throws whatever the stage or the view of `change` throws; a retriable error may pass by itself */
  async prepare(kind: AdoptKind, ref: string): Promise<void> {
    const name = `${kind} ${ref}`;
    if (this.#ready.has(name)) return;
    let coming = this.#coming.get(name);
    if (coming === undefined) {
      coming = this.#stage.prepare(kind, ref, this.#documents);
      this.#coming.set(name, coming);
    }
    try {
      const document = await coming;
      this.#ready.set(name, document);
    } finally {
      this.#coming.delete(name);
    }
    for (const oldest of this.#ready.keys()) {
      if (this.#ready.size <= KEPT) break;
      this.#ready.delete(oldest);
    }
  }
}
