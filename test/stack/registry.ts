import { join } from 'node:path';
import { registryAnswers } from './answers.ts';
import { findJdks, type Jdk, jdkFrom } from './java.ts';
import { DATABASES, POSTGRES_USER } from './postgres.ts';
import type { ServerPlan } from './server-process.ts';
import { StackError } from './stack-error.ts';

/** The newer one needs Java 21 and keeps its schemas in PostgreSQL; the older one runs on 17 and forgets them. */
export const REGISTRY_VERSIONS = ['3.3.3', '2.6.13.Final'] as const;
export type RegistryVersion = (typeof REGISTRY_VERSIONS)[number];
export type RegistryStorage = 'postgres' | 'memory';

export interface RegistryOptions {
  /** the newest that the Javas here can run, when not set */
  readonly version?: RegistryVersion;
}

const JAVA: Record<RegistryVersion, number> = { '3.3.3': 21, '2.6.13.Final': 17 };
const COMPATIBILITY = 'FULL_TRANSITIVE';

export function registryVersionFor(jdks: readonly Jdk[] = findJdks()): RegistryVersion {
  return jdks.some(({ major }) => major >= JAVA['3.3.3']) ? '3.3.3' : '2.6.13.Final';
}

/** Never a file of its own database: after kill -9 a schema that was acknowledged was gone. */
export function registryStorage(version: RegistryVersion, hasPostgres: boolean): RegistryStorage {
  return version === '3.3.3' && hasPostgres ? 'postgres' : 'memory';
}

export function registryUrl(port: number): string {
  return `http://127.0.0.1:${port}/apis/ccompat/v7`;
}

export interface RegistryPlace {
  readonly folder: string;
  readonly version: RegistryVersion;
  /** unpacked */
  readonly program: string;
  readonly port: number;
  /** health and metrics of its own; without a word it would listen on all addresses */
  readonly managementPort: number;
  /** port of PostgreSQL; absent: schemas are kept in memory */
  readonly postgresPort?: number | undefined;
}

function storageFlags(postgresPort: number | undefined): string[] {
  if (postgresPort === undefined) return [];
  return [
    '-Dapicurio.storage.kind=sql',
    '-Dapicurio.storage.sql.kind=postgresql',
    `-Dapicurio.datasource.url=jdbc:postgresql://127.0.0.1:${postgresPort}/${DATABASES.registry}`,
    `-Dapicurio.datasource.username=${POSTGRES_USER}`,
    '-Dapicurio.datasource.password=none',
    '-Dapicurio.datasource.jdbc.initial-size=1',
    '-Dapicurio.datasource.jdbc.min-size=1',
    '-Dapicurio.datasource.jdbc.max-size=10',
  ];
}

async function demandCompatibility(url: string): Promise<void> {
  const answer = await fetch(`${url}/config`, {
    method: 'PUT',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ compatibility: COMPATIBILITY }),
  });
  if (!answer.ok)
    throw new StackError(`the registry refused ${COMPATIBILITY}: ${answer.status} ${await answer.text()}`);
}

export function planRegistry(place: RegistryPlace): ServerPlan {
  const { version, program, port, managementPort, postgresPort } = place;
  const url = registryUrl(port);
  const isNew = version === '3.3.3';
  const flags = [
    '-Xmx256m',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-Dquarkus.http.host=127.0.0.1',
    `-Dquarkus.http.port=${port}`,
    '-Dquarkus.management.host=127.0.0.1',
    `-Dquarkus.management.port=${managementPort}`,
    ...(isNew ? storageFlags(postgresPort) : []),
  ];
  return {
    name: 'registry',
    folder: join(place.folder, 'registry'),
    version,
    ports: [port, managementPort],
    command: jdkFrom(JAVA[version]).command,
    arguments: [...flags, '-jar', isNew ? 'quarkus-run.jar' : `apicurio-registry-app-${version}-runner.jar`],
    workFolder: program,
    stopSignal: 'SIGTERM',
    async prepare() {},
    answers: () => registryAnswers(url),
    settle: () => demandCompatibility(url), // nothing is demanded by default
  };
}
