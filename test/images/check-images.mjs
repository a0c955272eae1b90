// npm run check:images: builds the image of deploy/docker/Dockerfile for real, from a fresh clone of what is committed, and runs it
// as its own user. Without a Docker engine: buildah in a chroot, on a base made here (base-image.mjs). Needs root, buildah and
// debootstrap; minutes, most of them the build. Not part of the normal CI run; the result is kept in docs/results/images.json.
//   node test/images/check-images.mjs [--no-build] [--no-keep] [--place FOLDER]     --no-build: the image of the last run
// `run profile` is tried against the servers of YUJING_TEST_BROKERS, _REDIS, _POSTGRES and _REGISTRY (`npm run stack`).
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { baseImage } from './base-image.mjs';
import { contentChecks } from './content-checks.mjs';
import { runChecks } from './run-checks.mjs';

const project = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const { values } = parseArgs({
  options: {
    build: { type: 'boolean', default: true },
    keep: { type: 'boolean', default: true },
    place: { type: 'string' },
  },
  allowNegative: true,
});
/** What is kept for the next run: the base and buildah's storage, some 2 GB. */
const place = resolve(values.place ?? join(tmpdir(), 'yujing-images'));
const checks = [];
const figures = {};
let notRun = false;

function run(command, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    ...options,
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ended with ${status}\n${(stdout + stderr).slice(-4000)}`);
  return stdout;
}

const storage = ['--root', join(place, 'storage'), '--runroot', join(place, 'run'), '--storage-driver', 'vfs'];
const buildah = (args, options) => run('buildah', [...storage, ...args], options);

/** A check answers what there is to say, or throws; one that answers { notRun } fails the whole. */
async function check(name, work) {
  const started = Date.now();
  try {
    const said = await work();
    const seconds = (Date.now() - started) / 1000;
    if (said?.notRun !== undefined) {
      notRun = true;
      console.log(`not run: ${name}: ${said.notRun}`);
      checks.push({ name, not_run: said.notRun });
      return true;
    }
    console.log(`ok      ${name} (${seconds.toFixed(1)} s)${said === undefined ? '' : `: ${said}`}`);
    checks.push({ name, ok: true, seconds });
    return true;
  } catch (error) {
    console.log(`FAILED  ${name}: ${error.message}`);
    checks.push({ name, ok: false });
    return false;
  }
}

/**
 * What the npm client of this machine knows of its registry (the files of the machine and of the user), lent to the steps that
 * install: neither the Dockerfile nor the image holds it.
 */
function npmOfThisMachine(folder) {
  const config = (name) => run('npm', ['config', 'get', name], { cwd: folder }).trim();
  const files = [config('globalconfig'), config('userconfig')].filter((file) => existsSync(file));
  const npmrc = join(folder, 'npmrc');
  writeFileSync(npmrc, files.map((file) => readFileSync(file, 'utf8')).join('\n'), { mode: 0o600 });
  const cafile = config('cafile');
  const certificates = existsSync(cafile) ? ['--volume', `${cafile}:${cafile}:ro`] : [];
  return ['--secret', `id=npmrc,src=${npmrc}`, ...certificates];
}

function buildImage(base) {
  const folder = mkdtempSync(join(tmpdir(), 'yujing-image-'));
  const clone = join(folder, 'yujing');
  try {
    run('git', ['clone', '--quiet', project, clone]);
    const dockerfile = join(clone, 'deploy', 'docker', 'Dockerfile');
    const args = ['--isolation', 'chroot', '--format', 'docker', '--build-arg', `BASE=${base}`, '-t', 'yujing:check'];
    buildah(['bud', ...args, ...npmOfThisMachine(folder), '-f', dockerfile, clone]);
    figures.commit = run('git', ['rev-parse', '--short', 'HEAD'], { cwd: clone }).trim();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Bytes of the image on disk, and of the compressed archive that travels. */
function sizes() {
  const archive = join(place, 'yujing.tar');
  rmSync(archive, { force: true });
  buildah(['push', '--quiet', 'localhost/yujing:check', `oci-archive:${archive}:yujing:check`]);
  const megabytes = (bytes) => Math.round(bytes / 1e5) / 10;
  const travels = Number(execFileSync('stat', ['-c', '%s', archive], { encoding: 'utf8' }));
  const [{ size }] = JSON.parse(buildah(['images', '--json', 'localhost/yujing:check']));
  rmSync(archive, { force: true });
  figures.size = { on_disk: size, travels_mb: megabytes(travels) };
  return `${size} on disk, ${megabytes(travels)} MB to pull`;
}

async function built() {
  const dockerfile = readFileSync(join(project, 'deploy', 'docker', 'Dockerfile'), 'utf8');
  let base;
  if (!(await check('base made here', () => void (base = baseImage({ run, buildah, place, dockerfile })))))
    return false;
  const started = Date.now();
  if (!(await check('image built from a fresh clone', () => buildImage(base)))) return false;
  figures.build_seconds = Math.round((Date.now() - started) / 1000);
  return true;
}

async function main() {
  for (const tool of ['buildah', 'debootstrap', 'npm']) {
    if (spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0) continue;
    console.log(`not run: ${tool} is not installed (Debian: apt-get install buildah debootstrap)`);
    process.exitCode = 1;
    return;
  }
  mkdirSync(place, { recursive: true });
  if (values.build && !(await built())) return;
  await check('size', sizes);
  const container = buildah(['from', '--pull-never', 'localhost/yujing:check']).trim();
  try {
    await contentChecks({ check, buildah, container, figures });
    await runChecks({ check, storage, buildah, container, figures });
  } finally {
    buildah(['rm', container]);
  }
}

try {
  await main();
} finally {
  const passed = checks.filter(({ ok }) => ok === true).length;
  const failed = checks.filter(({ ok }) => ok === false).length;
  if (values.build && values.keep && failed === 0 && !notRun && passed > 0) {
    const machine = `${cpus().length} x ${cpus()[0].model}`;
    const result = { at: new Date().toISOString(), machine, ...figures, checks, passed, failed };
    writeFileSync(join(project, 'docs', 'results', 'images.json'), `${JSON.stringify(result, null, 2)}\n`);
  }
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0 || notRun || passed === 0) process.exitCode = 1;
}
