import { AvroCodec, HEADER_BYTES, schemaIdOf, type Codec } from '../codec.ts';
import { RELEASE_SCHEMAS } from '../release.ts';
import { readCache } from './cache-file.ts';
import { openClient } from './client.ts';
import { Knowledge } from './knowledge.ts';
import { currentOf, lookUp, ownIds } from './look-up.ts';
import type { RegistryOptions } from './options.ts';

/** A codec whose ids are those of a registry, and which learns schemas of others while it runs. */
export interface RegistryCodec extends Codec {
  /**
   * Learns the ids in these records that it does not know; undefined when there is none, at the price of one look-up a record.
   * Afterwards `decode` refuses (unknown_schema) only what the registry itself does not know or what no schema of ours reads.
   * @throws RegistryError registry_unreachable (retriable): nothing is known of an id yet, so wait; it is no dead letter
   */
  prepare(records: ReadonlyArray<{ readonly bytes: Uint8Array }>): Promise<void> | undefined;
  /** the comparison with the registry after a start from the cache; never rejects */
  readonly checked: Promise<void>;
}

const CHECK_AFTER_MS = 10_000;

class LearningCodec extends AvroCodec implements RegistryCodec {
  readonly #knowledge: Knowledge;
  readonly checked: Promise<void>;

  constructor(knowledge: Knowledge, checked: Promise<void>) {
    super(knowledge.table);
    this.#knowledge = knowledge;
    this.checked = checked;
  }

  prepare(records: ReadonlyArray<{ readonly bytes: Uint8Array }>): Promise<void> | undefined {
    let unknown: Set<number> | undefined;
    for (const { bytes } of records) {
      // What is no message at all is refused by decode.
      if (bytes.length < HEADER_BYTES || bytes[0] !== 0) continue;
      const id = schemaIdOf(bytes);
      if (this.#knowledge.isNew(id)) (unknown ??= new Set()).add(id);
    }
    return unknown === undefined ? undefined : this.#knowledge.learn(unknown);
  }
}

/** Up to twice as long, so that processes started together do not ask together. Keeps no process alive. */
function later(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs * (1 + Math.random())).unref());
}

/**
 * The codec of an installation with a registry. Ids are looked up by content and never registered here. A complete cache makes
 * the start independent of the registry and of its client; it is compared with it in the background.
 * @throws RegistryError schema_not_registered: run `yujing setup`; registry_unreachable, registry_refused
 */
export async function openRegistryCodec(options: RegistryOptions): Promise<RegistryCodec> {
  const { release = RELEASE_SCHEMAS, cacheFile, url } = options;
  const cached = cacheFile === undefined ? undefined : await readCache(cacheFile, url);
  if (cached !== undefined && ownIds(cached, release).size === currentOf(release).length) {
    const knowledge = new Knowledge(cached, release, options);
    return new LearningCodec(
      knowledge,
      later(options.checkAfterMs ?? CHECK_AFTER_MS).then(() => knowledge.check()),
    );
  }
  const client = await openClient(options);
  const knowledge = new Knowledge(await lookUp(client, release), release, options, client);
  await knowledge.keep();
  return new LearningCodec(knowledge, Promise.resolve());
}
