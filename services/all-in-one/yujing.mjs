#!/usr/bin/env node
// The `yujing` command. Plain JavaScript, so that it runs before anything is built: checks Node, builds what is missing or
// older than its sources (with a progress bar), then hands over to dist/main.js.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const entry = join(here, 'dist', 'main.js');
const stamp = join(here, 'dist', '.built');
const page = join(root, 'services', 'console', 'web', 'dist', 'officer', 'index.html');

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`yujing needs Node 20.19 or later; this is ${process.versions.node}.\n`);
  process.exit(2);
}

/** Newest change among the sources, epoch ms. About 500 files: 20 ms. */
function newestSource(folder) {
  let newest = 0;
  for (const item of readdirSync(folder, { withFileTypes: true })) {
    if (item.name === 'node_modules' || item.name === 'dist' || item.name.startsWith('.')) continue;
    const path = join(folder, item.name);
    if (item.isDirectory()) newest = Math.max(newest, newestSource(path));
    else if (/\.(ts|tsx|css|html|json)$/.test(item.name) && !item.name.includes('.test.')) {
      newest = Math.max(newest, statSync(path).mtimeMs);
    }
  }
  return newest;
}

function needsBuild() {
  // An image holds what was built and no sources: there is nothing to compare with and nothing to build from.
  if (!existsSync(join(here, 'main.ts'))) return false;
  if (!existsSync(entry) || !existsSync(page) || !existsSync(stamp)) return true;
  const built = statSync(stamp).mtimeMs;
  return ['schemas', 'rules', 'services'].some((folder) => newestSource(join(root, folder)) > built);
}

function bar(done, total, label) {
  const width = 24;
  const filled = Math.round((done / total) * width);
  return `Building [${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${done}/${total} ${label}`;
}

/** `all`: tests and benches too. Turbo looks at every package and takes what is built from its cache. */
async function build({ all }) {
  const turbo = join(root, 'node_modules', '.bin', 'turbo');
  if (!existsSync(turbo)) {
    process.stderr.write(
      'Nothing is built yet and the build tools are not installed. Run `npm ci` in the project first.\n',
    );
    process.exit(2);
  }
  const total = readdirSync(join(root, 'services')).length + (all ? 3 : 2);
  const live = process.stderr.isTTY;
  process.stderr.write(
    live ? bar(0, total, '') : 'Building what is missing (seconds, the first time half a minute) ...\n',
  );
  const child = spawn(
    turbo,
    ['run', 'build', ...(all ? [] : ['--filter=!@yujing/test']), '--no-update-notifier', '--log-order=grouped'],
    {
      cwd: root,
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', FORCE_COLOR: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  const seen = new Set();
  const take = (chunk) => {
    output += chunk;
    for (const match of output.matchAll(/@yujing\/([a-z-]+):build:/g)) seen.add(match[1]);
    if (live) process.stderr.write(`\r${bar(Math.min(seen.size, total), total, [...seen].at(-1) ?? '')}\u001b[K`);
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (live) process.stderr.write('\r\u001b[K');
  if (code !== 0) {
    process.stderr.write(
      `${output}\nThe build failed (see above). If node_modules is damaged, \`npm ci\` makes it anew.\n`,
    );
    process.exit(1);
  }
  writeFileSync(stamp, new Date().toISOString());
}

// `npm run build`: the same build, for everything.
if (process.argv[2] === 'build') await build({ all: true });
else {
  if (needsBuild()) await build({ all: false });
  const { main } = await import(pathToFileURL(entry).href);
  process.exitCode = await main(process.argv.slice(2));
}
