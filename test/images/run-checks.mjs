// The image at work: commands, `start` until it is ready and told to stop, one stage against real servers.
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';

const ENTRY = ['node', '/app/services/all-in-one/yujing.mjs'];
const READY_WITHIN_MS = 180_000;
const STOPPED_WITHIN_MS = 12_000;
/** nobody listens there, and fetch does not refuse them by itself */
const SILENT_PORTS = ['64998', '64999'];
const SERVERS = {
  YUJING_BROKERS: process.env.YUJING_TEST_BROKERS,
  YUJING_REDIS: process.env.YUJING_TEST_REDIS,
  YUJING_DATABASE: process.env.YUJING_TEST_POSTGRES,
  YUJING_REGISTRY: process.env.YUJING_TEST_REGISTRY,
};

/** Processes below one, as /proc tells: id -> its command. */
function below(pid) {
  const children = new Map();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
      children.set(parent, [...(children.get(parent) ?? []), [Number(name), command]]);
    } catch {
      // ended meanwhile
    }
  }
  const found = new Map();
  const walk = (of) => {
    for (const [child, command] of children.get(of) ?? []) {
      found.set(child, command);
      walk(child);
    }
  };
  walk(pid);
  return found;
}

/** node itself, which gets the signals in a container; what buildah puts above it does not pass them on. */
function nodeBelow(pid) {
  const found = [...below(pid)].filter(
    ([, [program = '', script]]) => program.endsWith('/node') && script === ENTRY[1],
  );
  if (found.length !== 1) throw new Error(`${found.length} processes of node in the container`);
  return found[0][0];
}

function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended
  }
}

export async function runChecks({ check, storage, buildah, container, figures }) {
  const inContainer = (env, command) => [
    'run',
    '--isolation',
    'chroot',
    ...Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    container,
    '--',
    ...command,
  ];
  const yujing = (env, ...args) => buildah(inContainer(env, [...ENTRY, ...args])).trim();

  /** A process that goes on, up to its first JSON line. */
  async function begin(env, ...args) {
    const child = spawn('buildah', [...storage, ...inContainer(env, [...ENTRY, ...args])], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stderr.on('data', (chunk) => (output += chunk));
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const first = new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error(`nothing after ${READY_WITHIN_MS} ms\n${output}`)), READY_WITHIN_MS).unref();
      createInterface({ input: child.stdout }).on('line', (text) => text.startsWith('{') && resolve(JSON.parse(text)));
      child.once('exit', (code) => reject(new Error(`ended with ${code}\n${output.slice(-3000)}`)));
    });
    const end = () => [...below(child.pid).keys()].forEach(kill);
    try {
      return { line: await first, pid: nodeBelow(child.pid), ended, end, said: () => output };
    } catch (error) {
      end();
      throw error;
    }
  }

  /** SIGTERM to node itself, as a container engine sends it to process 1. */
  async function stop({ pid, ended, end, said }) {
    const asked = Date.now();
    process.kill(pid, 'SIGTERM');
    const code = await Promise.race([ended, wait(STOPPED_WITHIN_MS).then(() => 'late')]);
    if (code === 'late') end();
    if (code !== 0) throw new Error(`it ended with ${code} after SIGTERM\n${said().slice(-2000)}`);
    return (Date.now() - asked) / 1000;
  }

  async function ready(url) {
    const started = Date.now();
    for (;;) {
      const answer = await fetch(new URL('readyz', url)).catch(() => undefined);
      if (answer?.ok === true) return;
      if (Date.now() - started > READY_WITHIN_MS) throw new Error(`not ready: ${await answer?.text()}`);
      await wait(200);
    }
  }

  await check('yujing --version', () => yujing({}, '--version'));
  await check('yujing --help', () => {
    if (!yujing({}, '--help').includes('yujing COMMAND')) throw new Error('no help');
  });
  await check('the health check fails where nothing runs', () => {
    const probe = inContainer({ YUJING_PORT: SILENT_PORTS[0], YUJING_OBSERVE_PORT: SILENT_PORTS[1] }, [
      'node',
      '/app/deploy/docker/healthy.mjs',
    ]);
    let failed = false;
    try {
      buildah(probe);
    } catch {
      failed = true;
    }
    if (!failed) throw new Error('it passed');
  });

  await check('yujing start, as uid 1000: ready, healthy, ends on SIGTERM', async () => {
    const started = Date.now();
    const running = await begin({}, 'start', '--no-town', '--json', '--port', '0');
    try {
      const url = running.line.url.replace('localhost', '127.0.0.1');
      await ready(url);
      const seconds = (Date.now() - started) / 1000;
      const uid = /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${running.pid}/status`, 'utf8'))?.[1];
      if (uid !== '1000') throw new Error(`it runs as ${uid}`);
      const page = await fetch(new URL('officer/', url));
      if (!page.ok || !(await page.text()).includes('<script')) throw new Error('the pages are not in the image');
      const probe = { YUJING_PORT: new URL(url).port, YUJING_OBSERVE_PORT: SILENT_PORTS[0] };
      buildah(inContainer(probe, ['node', '/app/deploy/docker/healthy.mjs']));
      figures.start = { ready_seconds: seconds, stop_seconds: await stop(running) };
      return `ready after ${seconds.toFixed(1)} s`;
    } finally {
      running.end();
    }
  });

  await check('yujing setup and yujing run profile, against real servers', async () => {
    if (!yujing({}, '--help').includes('\n  run ')) return { notRun: 'the image has no `yujing run`' };
    const missing = Object.entries(SERVERS).filter(([, value]) => value === undefined);
    if (missing.length > 0)
      return { notRun: `no servers: YUJING_TEST_BROKERS, _REDIS, _POSTGRES, _REGISTRY (\`npm run stack\`)` };
    const env = { ...SERVERS, YUJING_INSTALLATION: `images-${Date.now()}` };
    yujing({ ...env, YUJING_REPLICATION: 'single', YUJING_PARTITIONS: '2' }, 'setup', '--json');
    const started = Date.now();
    const running = await begin(env, 'run', 'profile', '--json', '--observe-port', '0');
    try {
      const { observe_port: port } = running.line;
      await ready(`http://127.0.0.1:${port}/`);
      const seconds = (Date.now() - started) / 1000;
      buildah(inContainer({ YUJING_OBSERVE_PORT: String(port) }, ['node', '/app/deploy/docker/healthy.mjs']));
      figures.run_profile = { ready_seconds: seconds, stop_seconds: await stop(running) };
      return `ready after ${seconds.toFixed(1)} s`;
    } finally {
      running.end();
    }
  });
}
