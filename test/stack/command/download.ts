import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { archiveProblem, type Artifact, pinned, problemsOf } from '../downloads.ts';
import { programNamed } from '../programs.ts';
import { StackError } from '../stack-error.ts';
import { bar, MavenProgress } from './progress.ts';

const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1';
const LINES_SHOWN = 15;
const DRAW_MS = 200;

/** Jars of a broker and its tools, without Kafka Connect; Kafka 4 is silent without a binding for its log. */
export function kafkaProject(version: string): string {
  const dependency = (group: string, name: string, of: string, more = ''): string =>
    `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${of}</version>${more}</dependency>`;
  const without = ['connect-runtime', 'connect-api', 'connect-json'].map(
    (name) => `<exclusion><groupId>org.apache.kafka</groupId><artifactId>${name}</artifactId></exclusion>`,
  );
  const dependencies = [
    dependency('org.apache.kafka', 'kafka_2.13', version),
    dependency('org.apache.kafka', 'kafka-tools', version, `<exclusions>${without.join('')}</exclusions>`),
  ];
  if (!version.startsWith('3.')) {
    dependencies.push(dependency('org.apache.logging.log4j', 'log4j-slf4j-impl', '2.25.4'));
  }
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
  <groupId>yujing</groupId><artifactId>stack</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    ${dependencies.join('\n    ')}
  </dependencies>
</project>
`;
}

export interface DownloadOptions {
  /** where the artifact's folder is made */
  readonly parent: string;
  readonly say: (line: string) => void;
}

interface MavenRun {
  readonly folder: string;
  readonly words: readonly string[];
  readonly name: string;
  /** what is to come, by file name */
  readonly sizes: Readonly<Record<string, number>>;
}

/** Maven knows its repository and keeps a copy of its own; ours is compared with checksums.json whatever it says. */
async function maven({ folder, words, name, sizes }: MavenRun): Promise<void> {
  const child = spawn(programNamed('mvn'), ['-Dstyle.color=never', ...words], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const progress = new MavenProgress(Object.keys(sizes));
  const bytes = Object.values(sizes).reduce((sum, size) => sum + size, 0);
  let output = '';
  const take = (chunk: Buffer): void => {
    output += chunk.toString();
    progress.take(chunk.toString());
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const isLive = process.stderr.isTTY;
  const draw = (): void => void process.stderr.write(`\r${bar(progress.bytes, bytes, name)}\u001b[K`);
  const timer = isLive ? setInterval(draw, DRAW_MS) : undefined;
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  clearInterval(timer);
  if (isLive) process.stderr.write('\r\u001b[K');
  if (code === 0) return;
  const lines = output.split(/[\r\n]+/).filter((line) => line !== '' && !/^Progress|^Download/.test(line));
  throw new StackError(`Maven could not fetch ${name}:\n${lines.slice(-LINES_SHOWN).join('\n')}`);
}

async function fetchJars(name: string, artifact: Artifact, work: string): Promise<string> {
  writeFileSync(join(work, 'pom.xml'), kafkaProject(name.replace('kafka-', '')));
  const jars = join(work, 'jars');
  const sizes = Object.fromEntries(Object.entries(artifact.files ?? {}).map(([jar, { bytes }]) => [jar, bytes]));
  const words = [`${PLUGIN}:copy-dependencies`, '-DincludeScope=runtime', `-DoutputDirectory=${jars}`];
  await maven({ folder: work, words, name, sizes });
  return jars;
}

async function fetchArchive(name: string, { archive }: Artifact, work: string): Promise<string> {
  const version = name.replace('apicurio-', '');
  const words = [`${PLUGIN}:copy`, `-Dartifact=io.apicurio:apicurio-registry-app:${version}:tar.gz:all`];
  const sizes = { [archive!.name]: archive!.bytes };
  await maven({ folder: work, words: [...words, `-DoutputDirectory=${work}`], name, sizes });
  const file = join(work, archive!.name);
  const problem = archiveProblem(file, archive!);
  if (problem !== undefined) throw new StackError(`what Maven fetched is not what was pinned: ${problem}`);
  const unpacked = join(work, 'unpacked');
  mkdirSync(unpacked);
  execFileSync('tar', ['xzf', file, '-C', unpacked, '--no-same-owner']);
  return unpacked;
}

/** Fetches an artifact unless it is there; only what has the pinned checksums gets its name. */
export async function download(name: string, { parent, say }: DownloadOptions): Promise<void> {
  const artifact = pinned(name);
  const folder = join(parent, name);
  if (existsSync(folder) && problemsOf(artifact, folder, true).length === 0) {
    say(`${name}: is there (checksums agree)`);
    return;
  }
  mkdirSync(parent, { recursive: true });
  const work = mkdtempSync(join(parent, '.fetching-'));
  try {
    say(`${name}: fetching with Maven`);
    const begin = performance.now();
    const fetch = artifact.archive === undefined ? fetchJars : fetchArchive;
    const fetched = await fetch(name, artifact, work);
    const [problem] = problemsOf(artifact, fetched, true);
    if (problem !== undefined) throw new StackError(`what Maven fetched is not what was pinned: ${problem}`);
    rmSync(folder, { recursive: true, force: true });
    renameSync(fetched, folder);
    say(`${name}: fetched in ${((performance.now() - begin) / 1_000).toFixed(0)} s, checksums agree`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
