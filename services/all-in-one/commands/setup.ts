import { setUp, STEPS } from '../cluster/setup.ts';
import { SETUP_SETTINGS } from '../cluster/setup-settings.ts';
import { sentenceOf } from '../until-stopped.ts';
import { settingsOf } from './run.ts';

const DOES = `makes what the processes of a cluster stand on, and checks what is there already

  ${Object.keys(STEPS).join(', ')}: in this order. It may be run again at any time: nothing that is there is changed.`;

export async function runSetup(argv: readonly string[]): Promise<number> {
  const read = settingsOf('yujing setup', DOES, SETUP_SETTINGS, argv);
  if (typeof read === 'number') return read;
  const { json } = read.values;
  try {
    const reports = await setUp(read.values, ({ step, done }) => {
      if (!json) process.stdout.write(`${step.padEnd(10)} ${done}\n`);
    });
    if (json) process.stdout.write(`${JSON.stringify({ steps: reports })}\n`);
    return 0;
  } catch (error) {
    process.stderr.write(`${sentenceOf(error)}\n`);
    return 1;
  }
}
