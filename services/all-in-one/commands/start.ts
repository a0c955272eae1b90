import { ConfigError, readSettings, settingsHelp, type ReadSettings } from '@yujing/runtime';
import { startYujing, type Yujing } from '../app.ts';
import { START_SETTINGS } from '../config.ts';
import { sentenceOf, untilStopped } from '../until-stopped.ts';

const HELP_HEAD = `yujing start: everything on this machine, on the embedded log and store

  npm start                       the demo: an invented town, its officers, analysts and commander
  yujing start --no-demo          without invented people: sources come with keys of \`yujing keys\`,
                                  people with passwords of \`yujing users\`

Each option may also stand in the environment or in a YAML or JSON file named by --config FILE.

`;

export async function runStart(argv: readonly string[]): Promise<number> {
  let read: ReadSettings<typeof START_SETTINGS>;
  try {
    read = readSettings(START_SETTINGS, { argv, env: process.env });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\nyujing start --help tells what may be set.\n`);
    return 2;
  }
  if (read.help) {
    process.stdout.write(HELP_HEAD + settingsHelp(START_SETTINGS));
    return 0;
  }
  const { values } = read;
  if (read.positional.length > 0 || (values.tlsCert === null) !== (values.tlsKey === null)) {
    const what =
      read.positional.length > 0
        ? `what is ${JSON.stringify(read.positional[0])}?`
        : '--tls-cert and --tls-key go together.';
    process.stderr.write(`${what} yujing start --help tells what may be set.\n`);
    return 2;
  }
  for (const warning of read.warnings) process.stderr.write(`${warning}\n`);
  let yujing: Yujing;
  try {
    yujing = await startYujing(values);
  } catch (error) {
    process.stderr.write(`${sentenceOf(error)}\n`);
    // A thread that could not be ended keeps no process alive that has nothing to do.
    setTimeout(() => process.exit(1), 1_000).unref();
    return 1;
  }
  announce(yujing, values);
  return untilStopped(yujing);
}

function announce(
  { url, demoKey, anyUser }: Yujing,
  { json, demo, town, data, keys, clock, host }: ReadSettings<typeof START_SETTINGS>['values'],
): void {
  if (json) {
    process.stdout.write(`${JSON.stringify({ url, demo_key: demoKey, data, clock, any_user: anyUser })}\n`);
    return;
  }
  const first = `npx --no yujing users add USER --role admin${data === 'data' ? '' : ` --data ${data}`}`;
  const lines = [`Yujing is running: ${url}${anyUser ? '' : `  Nobody can sign in yet: ${first}`}`];
  if (demo) {
    lines.push(
      `  officer's phone    ${url}officer/    officer-3107, Qinghe station${town && clock === 'wall' ? ': within a minute a RED card stands here' : ''}`,
      `  analyst's queue    ${url}analyst/`,
      `  commander's board  ${url}commander/`,
      isThisMachine(host)
        ? 'The people are invented. Nothing leaves this machine.'
        : 'The people are invented. Anybody who reaches this machine may take any role: only for a network you trust.',
    );
  } else {
    lines.push('  Sources need a key: npx --no yujing keys --help');
    if (anyUser) lines.push('  People sign in with a password: npx --no yujing users --help');
  }
  lines.push(
    `Data: ${data}, its keys: ${keys ?? `${data}.keys.json`}. Ctrl-C ends it; the next start goes on where this one stopped.`,
  );
  process.stdout.write(`${lines.join('\n')}\n`);
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
