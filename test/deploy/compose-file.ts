import { yamlOf } from './project.ts';

export interface Health {
  readonly test?: readonly string[];
  readonly disable?: boolean;
}

export interface Mount {
  readonly source: string;
  readonly target?: string;
}

/** What this project writes of a service; the schema says what there may be besides. */
export interface Service {
  readonly image: string;
  readonly build?: { readonly dockerfile?: string };
  readonly command?: string | readonly string[];
  readonly profiles?: readonly string[];
  readonly restart?: string;
  readonly init?: boolean;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly pids_limit?: number;
  readonly logging?: { readonly options?: Readonly<Record<string, string>> };
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: ReadonlyArray<string | Mount>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly networks?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: Health;
  readonly deploy?: { readonly resources?: { readonly limits?: { readonly cpus?: string; readonly memory?: string } } };
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, unknown>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

export function composeFile(): ComposeFile {
  return yamlOf('docker-compose.yml') as ComposeFile;
}

/** Those that run our image. */
export function ours(service: Service): boolean {
  return service.build !== undefined;
}

/** What `yujing` is told: `run profile`. */
export function wordsOf({ command }: Service): readonly string[] {
  return typeof command === 'string' ? command.split(' ') : (command ?? []);
}

export function secretsOf({ secrets = [] }: Service): Mount[] {
  return secrets.map((secret) => (typeof secret === 'string' ? { source: secret } : secret));
}
