import { join, resolve } from 'node:path';
import { ArgumentError, HELP, readArguments, type StackArguments } from './command/arguments.ts';
import { download } from './command/download.ts';
import { start } from './command/start.ts';
import { readState, withLock } from './command/state.ts';
import { statusLines, statusOf } from './command/status.ts';
import { reset, stop } from './command/stop.ts';
import { downloadFolders, rootOf } from './downloads.ts';
import { KAFKA_VERSIONS } from './kafka.ts';
import { registryVersionFor } from './registry.ts';
import { StackError } from './stack-error.ts';

const write = (line: string): void => void process.stdout.write(`${line}\n`);

function settingsLines(settings: Readonly<Record<string, string | readonly string[]>>): string[] {
  return Object.entries(settings).map(([name, value]) => `  --${name} ${String(value)}`);
}

async function startCommand(folder: string, given: StackArguments, say: (line: string) => void): Promise<number> {
  const downloads = downloadFolders(given.folder === undefined ? undefined : folder);
  if (given.download) {
    const before = readState(folder);
    const kafka = given.kafka ?? before?.kafka ?? KAFKA_VERSIONS[0];
    const names = [`kafka-${kafka}`, `apicurio-${given.registry ?? before?.registry ?? registryVersionFor()}`];
    for (const name of names) await download(name, { parent: downloads[0]!, say });
    if (given.onlyDownload) {
      if (given.json) write(JSON.stringify({ downloads: names.map((name) => join(downloads[0]!, name)) }));
      return 0;
    }
  }
  const { state, addresses, settingsFile } = await start({ folder, downloads, given, say });
  const servers = await statusOf(folder, state);
  if (given.json) write(JSON.stringify({ folder, servers, settings: addresses, settings_file: settingsFile }));
  else {
    write('');
    for (const line of statusLines(servers)) write(line);
    write('\nFor `npx --no yujing setup` and `npx --no yujing run STAGE`:');
    write(`  --config ${settingsFile}\nor one by one:`);
    for (const line of settingsLines({ ...addresses, brokers: addresses.brokers.join(',') })) write(line);
    write('\nThey go on by themselves: `npm run stack -- status`, `npm run stack -- stop`.');
  }
  return servers.every(({ answers }) => answers) ? 0 : 1;
}

async function statusCommand(folder: string, isJson: boolean): Promise<number> {
  const state = readState(folder);
  const servers = state === undefined ? [] : await statusOf(folder, state);
  if (isJson) write(JSON.stringify({ folder, servers }));
  else if (servers.length === 0) write(`nothing was started in ${folder}`);
  else for (const line of statusLines(servers)) write(line);
  return servers.length > 0 && servers.every(({ answers }) => answers) ? 0 : 1;
}

async function run(given: StackArguments): Promise<number> {
  const folder = resolve(given.folder ?? join(rootOf(), 'run', 'stack'));
  const say = (line: string): void => (given.json ? undefined : write(line));
  if (given.command === 'status') return statusCommand(folder, given.json);
  return withLock(folder, async () => {
    if (given.command === 'start') return startCommand(folder, given, say);
    if (given.command === 'reset') return (await reset(folder, given.yes, say)) ? 0 : 1;
    const stopped = await stop(folder, say);
    if (given.json) write(JSON.stringify({ folder, stopped }));
    else if (stopped.length === 0) write(`nothing runs that was started in ${folder}`);
    return 0;
  });
}

async function main(argv: readonly string[]): Promise<number> {
  try {
    const given = readArguments(argv);
    if (!given.help) return await run(given);
    process.stdout.write(HELP);
    return 0;
  } catch (error) {
    if (!(error instanceof StackError) && !(error instanceof ArgumentError)) throw error;
    const help = error instanceof ArgumentError ? ' (--help lists what there is)' : '';
    process.stderr.write(`not run: ${error.message}${help}\n`);
    return error instanceof ArgumentError ? 2 : 1;
  }
}

// A reader that went away (`| head`) does not end a start half-way.
process.stdout.on('error', () => undefined);
process.exitCode = await main(process.argv.slice(2));
