import { RULE_KEYS } from './declarations/index.ts';
import type { JsonSchema } from './shapes.ts';

/** docs/reference/rule-keys.md: every key with its meaning, from the declarations that read them. */
export function constructsDocument(): string {
  const head =
    '# Keys of rule documents\n\nWritten from rules/language/documents/declarations by `npm run document -w rules`. Do not edit.\n' +
    'How to use them: `docs/rules.md`.\n\n';
  const sections = RULE_KEYS.map(([kind, shape]) => {
    const rows: string[] = [];
    rowsOf(shape.schema(), '', rows);
    return `## ${kind}\n\n| key | must | what it is |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
  });
  return head + sections.join('\n');
}

type Properties = Readonly<Record<string, JsonSchema & { readonly description?: string }>>;

function rowsOf(schema: JsonSchema, path: string, rows: string[]): void {
  const properties = schema['properties'] as Properties | undefined;
  if (properties === undefined) return;
  const required = (schema['required'] ?? []) as readonly string[];
  for (const [name, property] of Object.entries(properties)) {
    if (path === '' && name === 'kind') continue;
    const key = path === '' ? name : `${path}.${name}`;
    if (name !== 'zh' && name !== 'en')
      rows.push(
        `| \`${key}\` | ${required.includes(name) ? 'yes' : ''} | ${(property.description ?? '').replaceAll('|', '\\|')} |`,
      );
    const inner = innerOf(property);
    if (inner !== undefined && !isBilingual(inner.schema)) rowsOf(inner.schema, key + inner.mark, rows);
  }
}

/** The map inside a list or dictionary. */
function innerOf(schema: JsonSchema): { readonly schema: JsonSchema; readonly mark: string } | undefined {
  if (schema['properties'] !== undefined) return { schema, mark: '' };
  const items = (schema['items'] ??
    (schema['anyOf'] as readonly JsonSchema[] | undefined)?.find((option) => option['items'] !== undefined)?.[
      'items'
    ]) as JsonSchema | undefined;
  if (items?.['properties'] !== undefined) return { schema: items, mark: '[]' };
  const named = schema['additionalProperties'];
  if (typeof named === 'object' && named !== null && 'properties' in named)
    return { schema: named as JsonSchema, mark: '.<name>' };
  return undefined;
}

function isBilingual(schema: JsonSchema): boolean {
  return Object.keys(schema['properties'] as object).join() === 'zh,en';
}
