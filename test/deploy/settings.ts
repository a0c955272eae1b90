import * as allInOne from '@yujing/all-in-one';
import { setting, type Settings } from '@yujing/runtime';

interface Runner {
  readonly settings: Settings;
}

/** What `yujing run` knows, by the name of the stage. */
const RUNNERS: Readonly<Record<string, { load(): Promise<Runner> }>> = allInOne.RUNNERS;

export const RUN_STAGES: readonly string[] = Object.keys(RUNNERS);

const COMMANDS: Readonly<Record<string, Settings>> = {
  start: allInOne.START_SETTINGS,
  setup: allInOne.SETUP_SETTINGS,
  snapshot: allInOne.SNAPSHOT_SETTINGS,
};

/** Settings of a command as it is written: `start`, `run profile`, `setup`. @throws when there is no such command */
export async function settingsOf(words: readonly string[]): Promise<Settings> {
  const [command = '', stage = ''] = words;
  const settings = command === 'run' ? (await RUNNERS[stage]?.load())?.settings : COMMANDS[command];
  if (settings === undefined) throw new Error(`there is no command \`yujing ${words.join(' ')}\``);
  return settings;
}

/** Variables that a command listens to. */
export async function variablesOf(words: readonly string[]): Promise<ReadonlySet<string>> {
  return new Set(['YUJING_CONFIG', ...Object.keys(await settingsOf(words)).map(setting.environmentName)]);
}
