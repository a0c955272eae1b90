import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { ours, secretsOf, wordsOf, type ComposeFile, type Service } from './compose-file.ts';
import { root, textOf, yamlOf } from './project.ts';
import { variablesOf } from './settings.ts';

/** What the Compose Specification says of the file. */
export function schemaProblems(): string[] {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false, code: { optimize: false } });
  const validate = ajv.compile(JSON.parse(textOf('test/deploy/compose-spec/compose-spec.json')) as object);
  if (validate(yamlOf('docker-compose.yml'))) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message}`);
}

type Rule = (service: Service, file: ComposeFile) => string | undefined | Promise<string | undefined>;

const isOneShot = (service: Service): boolean => service.restart === 'no';
const PINNED = /^[a-z0-9./-]+:v?\d+\.\d+(\.\d+)?[a-z0-9.-]*$/;

/** Ours, beyond the schema: each says what is wrong, or nothing. */
const RULES: Readonly<Record<string, Rule>> = {
  'a version, never latest': ({ image }) => (PINNED.test(image) ? undefined : image),
  'a health check; a one-shot has none and says so': (service) => {
    const { test = [], disable } = service.healthcheck ?? {};
    return (isOneShot(service) ? disable === true : test.length > 1) ? undefined : 'none';
  },
  'starts again by itself': (service) =>
    service.restart === 'unless-stopped' || isOneShot(service) ? undefined : 'no',
  'no rights to gain': ({ cap_drop = [], security_opt = [] }) =>
    cap_drop.includes('ALL') && security_opt.includes('no-new-privileges:true') ? undefined : 'cap_drop, security_opt',
  'limits of CPU, memory and processes': ({ deploy, pids_limit }) => {
    const { cpus, memory } = deploy?.resources?.limits ?? {};
    return cpus !== undefined && memory !== undefined && pids_limit !== undefined ? undefined : 'a limit is missing';
  },
  'a log with an end': ({ logging }) =>
    logging?.options?.['max-size'] !== undefined && logging.options['max-file'] !== undefined ? undefined : 'none',
  'ports of this machine only': ({ ports = [] }) => ports.find((port) => !/^127\.0\.0\.1:\d+:\d+$/.test(port)),
  'what it needs is declared': ({ networks = [], volumes = [], ...service }, file) =>
    [
      ...(networks.length === 0 ? ['no network named'] : []),
      ...networks.filter((network) => !(network in file.networks)),
      ...secretsOf(service as Service).flatMap(({ source }) => (source in file.secrets ? [] : [source])),
      ...volumes
        .map((volume) => volume.split(':')[0] ?? '')
        .filter((source) => !(source.startsWith('./') ? existsSync(join(root, source)) : source in file.volumes)),
    ].join(', ') || undefined,
  'what it waits for is there, and can be waited for': ({ depends_on = {} }, { services }) =>
    Object.entries(depends_on)
      .filter(([other, { condition }]) => {
        const service = services[other];
        if (service === undefined) return true;
        return condition !== (isOneShot(service) ? 'service_completed_successfully' : 'service_healthy');
      })
      .map(([other]) => other)
      .join(', ') || undefined,
  'ours: read-only, reaped, one image': (service) =>
    !ours(service) || (service.read_only === true && service.init === true && service.image === IMAGE)
      ? undefined
      : 'read_only, init, image',
  'ours: every variable is a setting of its command': async (service) => {
    if (!ours(service)) return undefined;
    const known = await variablesOf(wordsOf(service));
    return (
      Object.keys(service.environment ?? {})
        .filter((variable) => variable.startsWith('YUJING_') && !known.has(variable))
        .join(', ') || undefined
    );
  },
};

const IMAGE = `yujing:${(JSON.parse(textOf('package.json')) as { version: string }).version}`;

/** A variable that holds a secret names a file instead; an address holds no password. */
const SECRET_NAME = /PASSWORD|SECRET|TOKEN|PRIVATE|(^|_)PASS(_|$)/;
const SECRET_IN_ADDRESS = /:\/\/[^/\s:@]*:[^/\s@]+@/;

export function secretProblems({ services, secrets }: ComposeFile): string[] {
  const problems: string[] = [];
  for (const [name, service] of Object.entries(services)) {
    for (const [variable, value] of Object.entries(service.environment ?? {})) {
      const isFile = variable.endsWith('_FILE') && value.startsWith('/run/secrets/');
      if (SECRET_NAME.test(variable) && !isFile) problems.push(`${name}: ${variable} holds a secret itself`);
    }
  }
  for (const [index, line] of textOf('docker-compose.yml').split('\n').entries())
    if (SECRET_IN_ADDRESS.test(line)) problems.push(`line ${index + 1}: an address with a password`);
  for (const [name, { file }] of Object.entries(secrets))
    if (!file.startsWith('deploy/secrets/')) problems.push(`secret ${name} comes from ${file}`);
  return problems;
}

export async function houseProblems(file: ComposeFile): Promise<string[]> {
  const problems: string[] = [];
  for (const [name, service] of Object.entries(file.services)) {
    for (const [rule, check] of Object.entries(RULES)) {
      const found = await check(service, file);
      if (found !== undefined) problems.push(`${name}: ${rule}: ${found}`);
    }
  }
  const used = new Set(
    Object.values(file.services).flatMap((service) => [
      ...(service.volumes ?? []).map((volume) => volume.split(':')[0]),
      ...secretsOf(service).map(({ source }) => source),
    ]),
  );
  const unused = [...Object.keys(file.volumes), ...Object.keys(file.secrets)].filter((name) => !used.has(name));
  return [...problems, ...secretProblems(file), ...unused.map((name) => `${name} is declared and used by nobody`)];
}
