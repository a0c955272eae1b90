// What is in the image, and what is not.
const ENTRY = '/app/services/all-in-one/yujing.mjs';

export async function contentChecks({ check, buildah, container, figures }) {
  const inside = (...command) => buildah(['run', '--isolation', 'chroot', container, '--', ...command]).trim();
  const asRoot = (script) =>
    buildah(['run', '--isolation', 'chroot', '--user', '0', container, '--', 'sh', '-c', script]).trim();
  const { Docker: docker } = JSON.parse(buildah(['inspect', container]));
  const { config } = docker;

  await check('labels, entry point, user, health check', () => {
    const { Entrypoint: entry, Cmd: command, User: user, Healthcheck: health, Labels: labels } = config;
    if (entry.join(' ') !== `node ${ENTRY}`) throw new Error(`the entry point is ${entry.join(' ')}`);
    if (command[0] !== 'start') throw new Error(`without arguments it runs ${command.join(' ')}`);
    if (user !== '1000:1000') throw new Error(`the user is ${user}`);
    if (!health?.Test.join(' ').includes('healthy.mjs')) throw new Error('there is no health check');
    for (const label of ['title', 'description', 'version', 'licenses'])
      if (!labels[`org.opencontainers.image.${label}`]) throw new Error(`there is no label ${label}`);
  });

  await check('no sources, no tests, no build tools, no package manager', () => {
    const find = (script) => inside('sh', '-c', script).split('\n').filter(Boolean);
    const own = find(
      `find /app -path /app/node_modules -prune -o -type f \\( -name '*.ts' -o -name '*.map' -o -name '*.tsbuildinfo' -o -name '*.test.*' -o -path '*/test/*' \\) -print`,
    );
    if (own.length > 0) throw new Error(`not wanted: ${own.slice(0, 5).join(', ')}`);
    const tools = 'typescript vite vitest turbo oxlint oxfmt playwright-core @types rolldown esbuild'.split(' ');
    const found = find(`cd /app/node_modules && ls -d ${tools.join(' ')} 2>/dev/null || true`);
    if (found.length > 0) throw new Error(`not wanted: ${found.join(', ')}`);
    const managers = find('for name in npm npx yarn corepack; do command -v $name || true; done');
    if (managers.length > 0) throw new Error(`not wanted: ${managers.join(', ')}`);
    const secrets = asRoot(`find / -xdev -name .npmrc -not -path '*/node_modules/*'`).split('\n').filter(Boolean);
    if (secrets.length > 0) throw new Error(`an .npmrc was left: ${secrets.join(', ')}`);
  });

  await check('its user can write nothing but /data, /keys, /snapshots and places for passing files', () => {
    const script = `find / -xdev \\( -path /proc -o -path /sys -o -path /dev -o -path /data -o -path /keys -o -path /snapshots -o -path /tmp -o -path /var/tmp -o -path /run -o -path /home/node \\) -prune -o ! -type l -writable -print 2>/dev/null || true`;
    const found = inside('sh', '-c', script).split('\n').filter(Boolean);
    if (found.length > 0) throw new Error(`can be written: ${found.slice(0, 5).join(', ')}`);
  });

  await check('every workspace of node_modules leads somewhere', () => {
    const broken = inside('sh', '-c', 'find /app/node_modules/@yujing -xtype l');
    if (broken !== '') throw new Error(broken);
  });

  await check('folders by size', () => {
    const lines = inside('du', '-sml', '/app/node_modules', '/app', '/usr/local/bin/node').split('\n');
    figures.folders_mb = Object.fromEntries(
      lines.map((line) => line.split('\t').reverse()).map(([name, mb]) => [name, Number(mb)]),
    );
    return Object.entries(figures.folders_mb)
      .map(([name, mb]) => `${name} ${mb} MB`)
      .join(', ');
  });
}
