import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { StackError } from './stack-error.ts';

export interface Jdk {
  readonly command: string;
  readonly major: number;
  readonly version: string;
}

/** Each JDK brings a file that says what it is: no process has to be started to ask. */
export function jdkAt(home: string): Jdk | undefined {
  const [command, release] = [join(home, 'bin', 'java'), join(home, 'release')];
  if (!existsSync(command) || !existsSync(release)) return undefined;
  const version = /^JAVA_VERSION="([^"]+)"/m.exec(readFileSync(release, 'utf8'))?.[1];
  if (version === undefined) return undefined;
  const [first = 0, second = 0] = version.split(/[._+-]/).map(Number);
  return { command, version, major: first === 1 ? second : first };
}

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name));
}

function homes(environment: NodeJS.ProcessEnv): string[] {
  const { JAVA_HOME, PATH = '' } = environment;
  const onPath = PATH.split(delimiter)
    .map((folder) => join(folder, 'java'))
    .filter((command) => existsSync(command))
    .map((command) => dirname(dirname(realpathSync(command))));
  const usual = ['/usr/lib/jvm', '/opt', '/opt/java', '/usr/local', join(homedir(), '.sdkman/candidates/java')];
  return [...(JAVA_HOME === undefined ? [] : [JAVA_HOME]), ...onPath, ...usual.flatMap(foldersIn)];
}

/** In the order in which they are preferred: JAVA_HOME, the path, the usual places. */
export function findJdks(environment: NodeJS.ProcessEnv = process.env): Jdk[] {
  const found = new Map<string, Jdk>();
  for (const home of homes(environment)) {
    const jdk = jdkAt(home);
    if (jdk === undefined) continue;
    const real = realpathSync(jdk.command);
    if (!found.has(real)) found.set(real, jdk);
  }
  return [...found.values()];
}

/** The first that is new enough. */
export function jdkFrom(major: number, jdks: readonly Jdk[] = findJdks()): Jdk {
  const jdk = jdks.find((candidate) => candidate.major >= major);
  if (jdk !== undefined) return jdk;
  const seen = jdks.length === 0 ? 'none is here' : `here is ${jdks.map(({ version }) => version).join(', ')}`;
  throw new StackError(
    `a Java of version ${major} or later is needed, ${seen} (JAVA_HOME, PATH and the usual places were looked at). ` +
      (major <= 17
        ? 'Debian: apt-get install default-jdk-headless'
        : `Debian 13: apt-get install openjdk-${major}-jdk-headless`),
  );
}
