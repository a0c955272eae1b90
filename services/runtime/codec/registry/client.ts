import { RegistryError } from '../../errors/errors.ts';
import { hostOf, type RegistryOptions } from './options.ts';

/** What Yujing asks of a registry. `undefined` is the registry's own word that there is no such thing. */
export interface RegistryClient {
  /** by content; registers nothing */
  idOf(subject: string, schema: string): Promise<number | undefined>;
  schemaOf(id: number): Promise<string | undefined>;
  /** every version of a subject; none when the registry does not know the subject */
  versionsOf(subject: string): Promise<ReadonlyArray<{ readonly id: number; readonly schema: string }>>;
  /** @throws RegistryError schema_refused */
  register(subject: string, schema: string): Promise<number>;
  setCompatibility(subject: string): Promise<void>;
  compatibilityOf(subject: string): Promise<string | undefined>;
}

const TIMEOUT_MS = 5_000;
const RETRY_WAIT_MS = 200;
/** Longest text of another system that goes into an error. */
const REASON_LENGTH = 300;

/** Subject, version, schema, configuration of a subject not found. A 404 without one of these comes from something that is no registry. */
const NOT_FOUND = new Set([40401, 40402, 40403, 40408]);

/**
 * The only place that loads Confluent's client: 230 modules and about 30 MB, so not before it is needed. Its index would
 * load the key management of three clouds as well; these two files do not.
 */
export async function openClient(options: RegistryOptions): Promise<RegistryClient> {
  const [{ SchemaRegistryClient, Compatibility }, { RestError }] = await Promise.all([
    import('@confluentinc/schemaregistry/dist/schemaregistry-client.js'),
    import('@confluentinc/schemaregistry/dist/rest-error.js'),
  ]);
  const { url, user, password, timeoutMs = TIMEOUT_MS } = options;
  const credentials = { credentialsSource: 'USER_INFO' as const, userInfo: `${user ?? ''}:${password ?? ''}` };
  const client = new SchemaRegistryClient({
    baseURLs: [url.replace(/\/+$/, '')],
    createAxiosDefaults: { timeout: timeoutMs, maxRedirects: 0 },
    maxRetries: 1,
    retriesWaitMs: RETRY_WAIT_MS,
    ...(user === undefined ? {} : { basicAuthCredentials: credentials }),
  });
  const registry = hostOf(url);

  /** The client's errors hold the request with its password: nothing of them goes on but status, code and words. */
  const ask = async <T>(request: () => Promise<T>): Promise<T | Refusal> => {
    try {
      return await request();
    } catch (error) {
      if (error instanceof RestError) return new Refusal(error.status, error.errorCode, error.message);
      throw new RegistryError('registry_unreachable', { registry, cause: systemCode(error) });
    }
  };
  const found = async <T>(request: () => Promise<T>): Promise<T | undefined> => {
    const answer = await ask(request);
    if (!(answer instanceof Refusal)) return answer;
    if (answer.status === 404 && NOT_FOUND.has(answer.errorCode)) return undefined;
    throw answer.toError(registry);
  };
  const info = (schema: string): { schema: string; schemaType: string } => ({ schema, schemaType: 'AVRO' });

  /** A page of a proxy with status 200 is no answer of a registry. */
  const told = <T extends string | number>(value: T | undefined, kind: 'string' | 'number'): T => {
    if (typeof value === kind) return value as T;
    client.clearCaches(); // it keeps whatever came with a 200
    throw new RegistryError('registry_refused', { registry, reason: 'the answer is none of a registry' });
  };

  return {
    async idOf(subject, schema) {
      const metadata = await found(() => client.getIdFullResponse(subject, info(schema)));
      return metadata === undefined ? undefined : told(metadata.id, 'number');
    },
    async schemaOf(id) {
      const metadata = await found(() => client.getBySubjectAndId('', id));
      return metadata === undefined ? undefined : told(metadata.schema, 'string');
    },
    async versionsOf(subject) {
      const versions: Array<{ id: number; schema: string }> = [];
      for (const version of (await found(() => client.getAllVersions(subject))) ?? []) {
        const metadata = await found(() => client.getSchemaMetadata(subject, version));
        if (metadata === undefined) continue;
        versions.push({ id: told(metadata.id, 'number'), schema: told(metadata.schema, 'string') });
      }
      return versions;
    },
    async register(subject, schema) {
      const answer = await ask(() => client.register(subject, info(schema)));
      if (!(answer instanceof Refusal)) return told(answer, 'number');
      if (answer.status !== 409 && answer.status !== 422) throw answer.toError(registry);
      throw new RegistryError('schema_refused', { subject, status: answer.status, reason: answer.reason });
    },
    async setCompatibility(subject) {
      await found(() => client.updateCompatibility(subject, Compatibility.FULL_TRANSITIVE));
    },
    compatibilityOf: (subject) => found(() => client.getCompatibility(subject)),
  };
}

class Refusal {
  readonly status: number;
  readonly errorCode: number;
  readonly message: string;

  constructor(status: number, errorCode: number, message: string) {
    this.status = status;
    this.errorCode = errorCode;
    this.message = message;
  }

  get reason(): string {
    return this.message.slice(0, REASON_LENGTH);
  }

  toError(registry: string): RegistryError {
    const { status, errorCode, reason } = this;
    const away = status === 408 || status === 429 || status >= 500;
    if (away) return new RegistryError('registry_unreachable', { registry, status });
    return new RegistryError('registry_refused', { registry, status, error_code: errorCode, reason });
  }
}

function systemCode(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? code : 'unknown';
}
