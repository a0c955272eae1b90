import { ConfigError, readSettings, settingsHelp, type ReadSettings, type Settings } from '@yujing/runtime';
import { RUNNERS } from '../cluster/runners.ts';
import { MEMBER_SETTINGS } from '../cluster/member-settings.ts';
import type { Member } from '../cluster/member.ts';
import { sentenceOf, untilStopped } from '../until-stopped.ts';

const width = Math.max(...Object.keys(RUNNERS).map((name) => name.length));

const HELP = `yujing run STAGE: one stage in a process of its own, on Kafka, Redis and PostgreSQL

${Object.entries(RUNNERS)
  .map(([name, { does }]) => `  yujing run ${name.padEnd(width)}  ${does}`)
  .join('\n')}

Before the first of them: yujing setup. Several processes of a stage share its partitions; each may be killed at any time.
yujing run STAGE --help tells what a stage may be told; docs/operate.md how to run it all.
`;

export async function runRun(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '-h') {
    process.stdout.write(HELP);
    return name === undefined ? 2 : 0;
  }
  const listed = RUNNERS[name];
  if (listed === undefined) {
    process.stderr.write(`There is no stage ${JSON.stringify(name)}.\n\n${HELP}`);
    return 2;
  }
  const runner = await listed.load();
  const read = settingsOf(`yujing run ${name}`, listed.does, runner.settings, rest);
  if (typeof read === 'number') return read;
  let member: Member;
  try {
    member = await runner.run(read.values as Parameters<typeof runner.run>[0]);
  } catch (error) {
    process.stderr.write(`${sentenceOf(error)}\n`);
    // A connection that cannot be closed keeps no process alive that has nothing to do.
    setTimeout(() => process.exit(1), 1_000).unref();
    return 1;
  }
  announce(member, (read.values as { readonly json: boolean }).json);
  const code = await untilStopped(member);
  setTimeout(() => process.exit(code), 1_000).unref();
  return code;
}

/** The settings of a command, or the exit code when there is nothing to run. */
export function settingsOf<S extends Settings>(
  command: string,
  does: string,
  settings: S,
  argv: readonly string[],
): ReadSettings<S> | number {
  let read: ReadSettings<S>;
  try {
    read = readSettings(settings, { argv, env: process.env, alsoInFile: MEMBER_SETTINGS });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n${command} --help tells what may be set.\n`);
    return 2;
  }
  if (read.help) {
    process.stdout.write(`${command}: ${does}\n\n${settingsHelp(settings)}`);
    return 0;
  }
  const [word] = read.positional;
  if (word !== undefined) {
    process.stderr.write(`What is ${JSON.stringify(word)}? ${command} --help tells what may be set.\n`);
    return 2;
  }
  for (const warning of read.warnings) process.stderr.write(`${warning}\n`);
  return read;
}

function announce({ stage, observePort, url }: Member, json: boolean): void {
  if (json) {
    process.stdout.write(
      `${JSON.stringify({ stage, url: url ?? null, observe_port: observePort, pid: process.pid })}\n`,
    );
    return;
  }
  process.stdout.write(
    `yujing ${stage} is running${url === undefined ? '' : `: ${url}`}. /metrics and /readyz are on port ${observePort}. Ctrl-C ends it.\n`,
  );
}
