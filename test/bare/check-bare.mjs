// npm run check:bare: what a stranger has on a fresh machine. A fresh clone of what is committed, an empty HOME and npm cache, a
// PATH with node, npm and a shell, no data sets beside the project; after `npm ci` the network is cut. Then the README's two
// commands: `npm start` must show a RED card within 60 seconds of printing its address and go on after a restart; `npm test`
// must pass. Plain JavaScript: it runs before anything is installed.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const place = mkdtempSync(join(tmpdir(), 'yujing-bare-'));
const clone = join(place, 'yujing');
const binaries = join(place, 'bin');
const withoutTests = process.argv.includes('--without-tests');
let passed = 0;
let failed = 0;

function which(name) {
  return execFileSync('/bin/sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
}

mkdirSync(binaries);
mkdirSync(join(place, 'home'));
for (const name of ['node', 'npm', 'npx', 'sh']) symlinkSync(realpathSync(which(name)), join(binaries, name));
const env = {
  HOME: join(place, 'home'),
  PATH: binaries,
  npm_config_cache: join(place, 'npm-cache'),
  npm_config_update_notifier: 'false',
  TMPDIR: tmpdir(),
  LANG: 'C.UTF-8',
};

/** A network of its own with nothing in it but the loopback; where that is not allowed, npm is told to stay offline. */
const canCut = spawnSync('unshare', ['-n', 'sh', '-c', 'ip link set lo up'], { stdio: 'ignore' }).status === 0;
function cut(command, args) {
  if (!canCut) return [command, args, { ...env, npm_config_offline: 'true' }];
  const script = 'ip link set lo up && PATH="$BARE_PATH" && export PATH && exec "$@"';
  return [
    'unshare',
    ['-n', 'sh', '-c', script, 'sh', command, ...args],
    { ...env, PATH: process.env.PATH, BARE_PATH: binaries },
  ];
}

async function step(name, work) {
  const started = Date.now();
  try {
    const said = await work();
    passed++;
    console.log(
      `ok      ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)${said === undefined ? '' : `: ${said}`}`,
    );
    return true;
  } catch (error) {
    failed++;
    console.log(`FAILED  ${name}: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}

function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: clone, env, stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(output) : reject(new Error(`exit ${code}\n${output.slice(-6000)}`)),
    );
  });
}

/** `npm start`, until it has printed its address */
async function start() {
  const [command, args, environment] = cut(join(binaries, 'npm'), ['start', '--silent', '--', '--port', '0', '--json']);
  const child = spawn(command, args, {
    cwd: clone,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  child.stderr.on('data', (chunk) => (output += chunk));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const address = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) =>
      line.startsWith('{"url"') ? resolve(JSON.parse(line)) : (output += `${line}\n`),
    );
    child.once('exit', (code) => reject(new Error(`npm start ended with ${code}\n${output.slice(-4000)}`)));
    child.once('error', reject);
  });
  return {
    address,
    pid: child.pid,
    async stop() {
      process.kill(-child.pid, 'SIGTERM');
      await Promise.race([ended, wait(15_000).then(() => process.kill(-child.pid, 'SIGKILL'))]);
    },
  };
}

/** Asks from inside the same network: the address cannot be reached from outside when it is cut. */
async function ask(pid, script) {
  const args = ['--input-type=module', '-e', script];
  const inside = canCut ? ['nsenter', ['-t', String(pid), '-n', process.execPath, ...args]] : [process.execPath, args];
  return (await run(inside[0], inside[1], { env: { ...env, PATH: process.env.PATH } })).trim();
}

const WAIT_FOR_RED = (url) => `
const url = ${JSON.stringify(url)}.replace('localhost', '127.0.0.1');
const sign = await fetch(url + 'api/session', { method: 'POST', headers: { 'content-type': 'application/json', 'x-yujing-client': 'bare' }, body: JSON.stringify({ role: 'officer', user: 'officer-3107' }) });
const cookie = (sign.headers.get('set-cookie') ?? '').split(';')[0];
const started = Date.now();
for (;;) {
  const { cards } = await (await fetch(url + 'api/officer/cards', { headers: { cookie } })).json();
  const red = cards.find((card) => card.level === 'RED');
  if (red) { console.log(JSON.stringify({ case_id: red.case_id, seconds: (Date.now() - started) / 1000 })); break; }
  if (Date.now() - started > 60000) { console.error('no RED card within 60 s'); process.exit(1); }
  await new Promise((resolve) => setTimeout(resolve, 500));
}`;

async function main() {
  console.log(
    `a fresh clone, node ${process.versions.node}, ${canCut ? 'network cut after npm ci' : 'npm offline after npm ci (this machine cannot cut the network)'}`,
  );
  try {
    await step('clone', () =>
      run('git', ['clone', '--quiet', root, clone], { cwd: place, env: process.env }).then(() => undefined),
    );
    if (!(await step('npm ci', () => run(join(binaries, 'npm'), ['ci', '--silent']).then(() => undefined)))) return;
    let first;
    const ready = await step('npm start, network cut', async () => {
      first = await start();
      const { seconds, case_id } = JSON.parse(await ask(first.pid, WAIT_FOR_RED(first.address.url)));
      first.case_id = case_id;
      await first.stop();
      return `RED card ${seconds.toFixed(1)} s after the address`;
    });
    if (ready) {
      await step('npm start again goes on where it stopped', async () => {
        const second = await start();
        const { case_id } = JSON.parse(await ask(second.pid, WAIT_FOR_RED(second.address.url)));
        await second.stop();
        if (case_id !== first.case_id) throw new Error('the card of the first run is gone');
        return 'the card of the first run stands';
      });
    }
    if (!withoutTests) {
      await step('npm test, network cut', async () => {
        const [command, args, environment] = cut(join(binaries, 'npm'), ['test']);
        const output = await run(command, args, { env: environment });
        return /Tests\s+(.*)/.exec(stripVTControlCharacters(output))?.[1];
      });
    }
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

await main();
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
