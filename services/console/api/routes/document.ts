import type { FastifyInstance } from 'fastify';

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

function rows(paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>): string {
  const lines: string[] = [];
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, { summary = '', description = '', tags = [] }] of Object.entries(methods)) {
      const cells = [
        tags[0] ?? '',
        `<code>${method.toUpperCase()} ${escaped(path)}</code>`,
        escaped(description),
        escaped(summary),
      ];
      lines.push(`<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`);
    }
  }
  return lines.sort().join('\n');
}

/** The OpenAPI document as every other program reads it, and a list for people. */
export function documentRoutes(app: FastifyInstance): void {
  app.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
    reply.type('application/json; charset=utf-8').send(JSON.stringify(app.swagger()));
    return reply;
  });

  app.get('/api/', { schema: { hide: true } }, async (_request, reply) => {
    const { paths = {} } = app.swagger() as { paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>> };
    reply.type('text/html; charset=utf-8').send(
      `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>Yujing API</title></head><body>
<h1>预警 Yujing: API</h1><p>完整说明见 <a href="/openapi.json">openapi.json</a> (OpenAPI 3.1). 出错时回答 RFC 9457 问题说明。</p>
<table><thead><tr><th>组</th><th>路径</th><th>说明（角色）</th><th>Summary</th></tr></thead><tbody>
${rows(paths)}
</tbody></table></body></html>`,
    );
    return reply;
  });
}
