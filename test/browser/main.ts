import { parseArgs } from 'node:util';
import { Installation } from '../acceptance/installation.ts';
import { Album } from './album.ts';
import { Checks, equal } from './checks.ts';
import { findChromium, Pages } from './chromium.ts';
import { confirmByKey } from './confirm-run.ts';
import { liveDemo } from './demo-run.ts';
import { GoldenRun } from './golden-run.ts';
import { busyList } from './list-run.ts';

const HELP = `The golden story end to end on the pages, in Chromium (CHROMIUM, or where the system has it).

  --headed             show the windows
  --screenshots DIR    write a picture of each main moment to DIR
  --every              with --screenshots: every moment in English and dark too
`;

const { values } = parseArgs({
  options: {
    headed: { type: 'boolean', default: false },
    screenshots: { type: 'string' },
    every: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function run(chromium: string): Promise<Checks> {
  const checks = new Checks(say);
  const town = await new Installation().open();
  try {
    const pages = await Pages.open(chromium, town.process.started.url, values.headed);
    try {
      const album = new Album(pages, { folder: values.screenshots, every: values.every });
      await GoldenRun.play({ town, pages, album, checks });
      await confirmByKey({ town, pages, checks });
      await busyList({ town, pages, album, checks });
      for (const name of album.taken) say(`        ${values.screenshots ?? ''}/${name}`);
      await checks.check('no error in any console, no violation of the policy, no request to another host', () =>
        equal(pages.faults, []),
      );
    } finally {
      await pages.close();
    }
  } finally {
    await town.close();
  }
  await liveDemo(chromium, values.headed, checks);
  return checks;
}

if (values.help) say(HELP.trimEnd());
else {
  const chromium = findChromium();
  if (chromium === undefined) say('not run: no Chromium here (CHROMIUM names one)');
  else {
    const { passed, failed } = await run(chromium);
    say(`${passed} passed, ${failed} failed`);
    process.exitCode = failed === 0 ? 0 : 1;
  }
}
