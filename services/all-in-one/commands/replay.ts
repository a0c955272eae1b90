import {
  createLocalCodec,
  declareSettings,
  openChangeView,
  openEmbedded,
  readSettings,
  ConfigError,
  setting,
  settingsHelp,
  systemClock,
  isCoded,
} from '@yujing/runtime';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PATH } from '../path.ts';
import { replay, type ReplayResult } from '../replay/replay.ts';

const REPLAY_SETTINGS = declareSettings({
  data: setting.path({ doc: 'the data folder whose logs are replayed; nothing else may be using it', default: 'data' }),
  json: setting.toggle({ doc: 'one JSON document and nothing else', default: false }),
});

const HELP_HEAD = `yujing replay: puts what each stage read through the stage again, from nothing, and compares what it says with
what stands in the logs, byte for byte. Nothing is written.

`;

export async function runReplay(argv: readonly string[]): Promise<number> {
  let read;
  try {
    read = readSettings(REPLAY_SETTINGS, { argv });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
  if (read.help) {
    process.stdout.write(HELP_HEAD + settingsHelp(REPLAY_SETTINGS));
    return 0;
  }
  const [word] = read.positional;
  if (word !== undefined) {
    process.stderr.write(`what is ${JSON.stringify(word)}? The data folder is named with --data DIR.\n`);
    return 2;
  }
  const { data, json } = read.values;
  if (!existsSync(join(data, 'format.json'))) {
    process.stderr.write(`There is no data folder of Yujing at ${data}: name one with --data DIR.\n`);
    return 2;
  }
  try {
    const results = await replayFolder(data, !json);
    const same = results.every((result) => result.same);
    process.stdout.write(json ? `${JSON.stringify({ same, stages: results })}\n` : table(results, same));
    return same ? 0 : 1;
  } catch (error) {
    process.stderr.write(isCoded(error) ? `${error.message}. ${error.action}\n` : `${String(error)}\n`);
    return 1;
  }
}

/** @throws DataFolderError when the folder is in use or damaged */
export async function replayFolder(folder: string, live: boolean): Promise<ReplayResult[]> {
  const clock = systemClock();
  const codec = createLocalCodec();
  const engine = await openEmbedded({ folder, now: () => clock.now() });
  try {
    const view = await openChangeView(engine.inside, codec);
    const progress = (stage: string, done: number, total: number): void => {
      if (live && process.stderr.isTTY) process.stderr.write(`\r${stage} ${done}/${total}\u001b[K`);
    };
    const results = await replay({
      broker: engine.inside,
      store: engine.store,
      codec,
      documents: view,
      stages: PATH,
      progress,
    });
    if (live && process.stderr.isTTY) process.stderr.write('\r\u001b[K');
    await view.close();
    return results;
  } finally {
    await engine.abandon();
  }
}

function table(results: readonly ReplayResult[], same: boolean): string {
  const stages = [...new Set(results.map(({ stage }) => stage))];
  const rows = stages.map((stage) => {
    const of = results.filter((result) => result.stage === stage);
    const sum = (pick: (result: ReplayResult) => number): number =>
      of.reduce((total, result) => total + pick(result), 0);
    const verdict = of.every((result) => result.same) ? 'same' : 'DIFFERENT';
    return `${stage.padEnd(10)} ${String(sum(({ records }) => records)).padStart(10)} ${String(sum(({ outputs }) => outputs)).padStart(10)}   ${verdict}`;
  });
  const differences = results.flatMap(({ difference }) => (difference === undefined ? [] : [`  ${difference}`]));
  return [
    `${'stage'.padEnd(10)} ${'records'.padStart(10)} ${'outputs'.padStart(10)}`,
    ...rows,
    ...differences,
    same ? 'Every output is the recorded one, byte for byte.' : 'Outputs differ.',
    '',
  ].join('\n');
}
