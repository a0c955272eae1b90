import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { readSettings } from '@yujing/runtime';
import { composeFile, secretsOf, wordsOf } from './compose-file.ts';
import { root, textOf } from './project.ts';
import { settingsOf } from './settings.ts';

/** Name of the file -> what deploy/make-secrets.sh wrote into it, drawn into a folder that is gone again. */
export function drawnSecrets(): Readonly<Record<string, string>> {
  const place = mkdtempSync(join(tmpdir(), 'yujing-secrets-'));
  const folder = join(place, 'secrets');
  try {
    execFileSync('sh', [join(root, 'deploy/make-secrets.sh'), folder], { stdio: 'pipe' });
    if ((statSync(folder).mode & 0o077) !== 0) throw new Error('the folder of the secrets is open to others');
    return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

type Drawn = Readonly<Record<string, string>>;

/** A secret that comes twice is a default; a password that stands beside its hash is none. */
export function drawProblems(): string[] {
  const [one, other] = [drawnSecrets(), drawnSecrets()];
  const same = Object.keys(one).filter((name) => one[name] === other[name]);
  const [, password = ''] = /:([^:@/]+)@/.exec(one['yujing.yml'] ?? '') ?? [];
  return [
    ...same.map((name) => `${name} is the same each time`),
    ...(password.length < 40 ? ['the password of Redis is short'] : []),
    ...(one['redis_users.acl']?.includes(password) ? ['redis_users.acl holds a password in clear text'] : []),
  ];
}

/** The users of Redis may do what services/runtime/store/redis says they need, and nothing more. */
export function redisUserProblems(drawn: Drawn): string[] {
  const wanted = [...textOf('services/runtime/store/redis/README.md').matchAll(/^user (\S+) on >\S+ (.*)$/gm)];
  if (wanted.length !== 2) return ['the README of services/runtime/store/redis no longer names two users'];
  return wanted.flatMap(([, user, rights = '']) => {
    const [, own = ''] =
      new RegExp(`^user ${user} on #[0-9a-f]{64} (.*)$`, 'm').exec(drawn['redis_users.acl'] ?? '') ?? [];
    const same = own.replace(' -@all', '') === rights.replace('{INSTALLATION/*', '{yujing/*');
    return same ? [] : [`user ${user} may do ${own}; the README says ${rights}`];
  });
}

/** What is mounted must be drawn, and what a command reads as its settings must be allowed there. */
export async function secretFileProblems(drawn: Drawn): Promise<string[]> {
  const { services, secrets } = composeFile();
  const named = Object.values(secrets).map(({ file }) => basename(file));
  const problems = [
    ...named.filter((name) => !(name in drawn)).map((name) => `nobody draws ${name}`),
    ...Object.keys(drawn).flatMap((name) => (named.includes(name) ? [] : [`${name} is drawn and mounted nowhere`])),
  ];
  for (const [name, service] of Object.entries(services)) {
    const config = service.environment?.['YUJING_CONFIG'];
    if (config === undefined) continue;
    const mount = secretsOf(service).find(({ target }) => target === basename(config));
    const text = drawn[basename(secrets[mount?.source ?? '']?.file ?? '')];
    if (text === undefined) problems.push(`${name}: ${config} is not mounted`);
    else problems.push(...(await refused(name, wordsOf(service), text)));
  }
  return problems;
}

async function refused(service: string, words: readonly string[], text: string): Promise<string[]> {
  const place = mkdtempSync(join(tmpdir(), 'yujing-settings-'));
  const file = join(place, 'settings.yml');
  try {
    writeFileSync(file, text, { mode: 0o600 });
    readSettings(await settingsOf(words), { file });
    return [];
  } catch (error) {
    return [`${service}: ${String(error).replaceAll(place, '')}`];
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
