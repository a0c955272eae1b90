import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { migrateAudit } from '@yujing/console';
import { migrateIdentity, openKeys } from '@yujing/ingest';
import {
  createLocalCodec,
  createTopics,
  kafkaOptions,
  openKafka,
  openPostgres,
  openRedis,
  openRegistryCodec,
  redisOptions,
  registerSchemas,
  registryOptions,
  type Values,
} from '@yujing/runtime';
import { LOGS, LOG_NAMES } from '@yujing/schemas';
import { firstDocuments } from '../first-documents.ts';
import { keysFile } from './member.ts';
import { checkSchemaIds } from './schema-ids.ts';
import type { SETUP_SETTINGS } from './setup-settings.ts';

export type SetupValues = Values<typeof SETUP_SETTINGS>;

/** What a step found or made, in one line. */
export interface StepReport {
  readonly step: string;
  readonly done: string;
}

type Step = (values: SetupValues) => Promise<string>;

const PARTITIONED = LOG_NAMES.filter((log) => LOGS[log].partitions > 1);

/** In order; each may be repeated: what is there already stays as it is. */
export const STEPS: Readonly<Record<string, Step>> = {
  async keys({ data, keys }) {
    const file = keysFile({ data, keys });
    await mkdir(dirname(resolve(file)), { recursive: true, mode: 0o700 });
    const { isNew } = openKeys(file, { create: true });
    const made = `made ${file}: keep a copy apart from everything else, without it no card can be opened`;
    return isNew ? made : `${file} is there`;
  },
  async topics(values) {
    const { partitions, replication } = values;
    const counts = partitions === null ? {} : Object.fromEntries(PARTITIONED.map((log) => [log, partitions]));
    const topics = await createTopics({ ...kafkaOptions(values, 'setup'), replication, partitions: counts });
    const made = topics.filter(({ created }) => created).length;
    return `${topics.length} topics, ${made} of them made now`;
  },
  async schemas(values) {
    const registry = registryOptions(values);
    if (registry === undefined) return 'no registry: the ids of schemas/ids.json are written';
    const schemas = await registerSchemas(registry);
    const made = schemas.filter(({ registered }) => registered).length;
    return `${schemas.length} schemas, ${made} of them registered now, compatibility FULL_TRANSITIVE`;
  },
  async database(values) {
    const database = await openPostgres({ url: values.database, applicationName: 'yujing-setup' });
    try {
      await migrateIdentity(database, values.installation);
      await migrateAudit(database, values.installation);
      return 'tables of directory, vault and audit are those of this release';
    } finally {
      await database.close();
    }
  },
  async store(values) {
    const store = await openRedis(redisOptions(values));
    await store.close();
    return 'Redis answers and keeps what it is given (noeviction)';
  },
  documents: importDocuments,
};

/** The shipped packs, policy, roster and precincts enter an empty `change`; what stands there is never overwritten. */
async function importDocuments(values: SetupValues): Promise<string> {
  const registry = registryOptions(values);
  const codec = registry === undefined ? createLocalCodec() : await openRegistryCodec(registry);
  const kafka = await openKafka(kafkaOptions(values, 'setup'));
  try {
    const { high } = await kafka.range('change', 0);
    await checkSchemaIds(kafka, codec, registry !== undefined);
    if (high > 0) return `the change log holds ${high} records and stays as it is`;
    const documents = firstDocuments(Date.now(), values.timeScale, codec);
    const written = await kafka.append('change', new Map([[0, documents]]));
    if (!written.has(0)) throw new Error('the change log did not take the first documents: run setup again');
    return `${documents.length} first documents`;
  } finally {
    await kafka.close();
  }
}

/** Runs all steps, or the one that is named. @throws what a step throws; the steps before it are done and stay */
export async function setUp(values: SetupValues, tell: (report: StepReport) => void): Promise<StepReport[]> {
  const reports: StepReport[] = [];
  for (const [step, run] of Object.entries(STEPS)) {
    if (values.only !== null && values.only !== step) continue;
    const report = { step, done: await run(values) };
    reports.push(report);
    tell(report);
  }
  return reports;
}
