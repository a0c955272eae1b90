import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { packageFile } from '../package-file.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.mp3': 'audio/mpeg',
  '.wav': 'audio/wav',
};

interface StaticFile {
  readonly bytes: Buffer;
  readonly type: string;
  readonly etag: string;
  readonly cacheControl: string;
}

/** Pages people go to; everything else is what they ask for. */
const PAGES = ['/', '/officer/', '/analyst/', '/commander/'];

const NOT_BUILT = `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>预警 Yujing</title></head><body>
<h1>页面还没有构建</h1><p>在仓库根目录运行 <code>npm run build</code>，然后刷新这一页。</p>
<h1>The pages are not built</h1><p>Run <code>npm run build</code> in the root of the repository, then load this page again.</p>
</body></html>`;

function readStatic(folder: string, path: string): StaticFile {
  const bytes = readFileSync(join(folder, path));
  // The build puts a hash into the names of assets, so they never change; a page is asked for again each time.
  const cacheControl = path.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
  const etag = `"${createHash('sha256').update(bytes).digest('hex').slice(0, 24)}"`;
  return { bytes, type: TYPES[extname(path)] ?? 'application/octet-stream', etag, cacheControl };
}

/** Address -> file, for every file of the build: what is not in the table is not served, so no path leads out of it. */
function readFolder(folder: string): Map<string, StaticFile> {
  const files = new Map<string, StaticFile>();
  if (!existsSync(folder)) return files;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.endsWith('.map')) continue;
    const path = join(entry.parentPath, entry.name)
      .slice(folder.length + 1)
      .split('\\')
      .join('/');
    files.set(`/${path.replace(/(^|\/)index\.html$/, '$1')}`, readStatic(folder, path));
  }
  return files;
}

/** The three pages and the choice of roles, from web/dist. */
export function pageRoutes(app: FastifyInstance, folder = packageFile('web/dist')): void {
  const files = readFolder(folder);
  const serve = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const path = request.url.split('?', 1)[0] ?? '/';
    const file = files.get(path) ?? readFolder(folder).get(path);
    if (file === undefined)
      return reply.code(503).header('cache-control', 'no-store').type('text/html; charset=utf-8').send(NOT_BUILT);
    reply.header('etag', file.etag).header('cache-control', file.cacheControl);
    if (request.headers['if-none-match'] === file.etag) return reply.code(304).send();
    return reply.type(file.type).send(file.bytes);
  };
  for (const path of new Set([...PAGES, ...files.keys()])) app.get(path, { schema: { hide: true } }, serve);
  for (const path of PAGES.slice(1)) {
    app.get(path.slice(0, -1), { schema: { hide: true } }, (_request, reply) => reply.redirect(path, 308));
  }
}
