import type { CLUSTER_SETTINGS } from '../../config/cluster-settings.ts';
import type { Values } from '../../config/setting.ts';
import type { LogLevel } from '../../observe/logger.ts';
import type { SchemaVersion } from '../codec-table.ts';

export interface RegistryOptions {
  /** http://HOST:PORT/PATH; TLS by https. User and password stand beside it, never in it */
  readonly url: string;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** what the registry answered, so that a start needs no registry; without it every start asks */
  readonly cacheFile?: string | undefined;
  /** a start from the cache is compared with the registry about so long afterwards, since that loads the client; 10 s */
  readonly checkAfterMs?: number | undefined;
  /** of one request; it is repeated once */
  readonly timeoutMs?: number | undefined;
  readonly log?: ((level: LogLevel, message: string, facts: object) => void) | undefined;
  /** what is registered, written and read; the schemas of this release when not given. Of a type the last one is written */
  readonly release?: readonly SchemaVersion[] | undefined;
  /** epoch or other milliseconds */
  readonly now?: (() => number) | undefined;
}

/** undefined: this installation has no registry and writes the ids of schemas/ids.json */
export function registryOptions(values: Values<typeof CLUSTER_SETTINGS>): RegistryOptions | undefined {
  const { registry, registryUser, registryPassword } = values;
  if (registry === null) return undefined;
  return { url: registry, user: registryUser ?? undefined, password: registryPassword ?? undefined };
}

/** For logs and errors: where it is, and nothing else of the address. */
export function hostOf(url: string): string {
  return new URL(url).host;
}
