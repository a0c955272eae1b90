import type { RouteShorthandOptions } from 'fastify';
import { ref, type JsonSchema } from './schema/json-schema.ts';
import { PROBLEMS, type ProblemCode } from './problem.ts';
import type { LimitName } from './security/limits.ts';
import type { Role } from './views.ts';

export interface Description {
  readonly tag: string;
  readonly summary: string;
  readonly summary_zh: string;
  /** absent: anybody, signed in or not */
  readonly roles?: readonly Role[];
  readonly limit?: LimitName;
  readonly params?: Readonly<Record<string, JsonSchema>>;
  readonly query?: Readonly<Record<string, JsonSchema>>;
  readonly body?: JsonSchema;
  /** id of the schema of the answer; a schema of its own; null for 204 */
  readonly answer: string | null | JsonSchema;
  /** of an answer that is no JSON */
  readonly mediaType?: string;
  /** problems of this route beside those that any route may have */
  readonly problems?: readonly ProblemCode[];
}

export const EVERYBODY: readonly Role[] = ['officer', 'analyst', 'commander', 'admin'];

/** What any request may be told that changes something, with a body or without. */
export const CHANGING: readonly ProblemCode[] = [
  'other_origin',
  'bad_request',
  'bad_json',
  'bad_media_type',
  'too_large',
];

function problemsOf({ roles, params, query, body, problems = [] }: Description): ProblemCode[] {
  const found: ProblemCode[] = ['too_fast', 'wrong_host', 'failed', ...problems];
  if (roles !== undefined) found.push('not_signed_in', 'role_not_allowed');
  if (params !== undefined || query !== undefined) found.push('bad_request');
  if (body !== undefined) found.push(...CHANGING);
  return found;
}

/** All problems of a route by status: each names its codes, so the document is the list to program against. */
function responses(description: Description): Record<string, unknown> {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of problemsOf(description)) {
    const { status } = PROBLEMS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const found: Record<string, unknown> = {};
  for (const [status, codes] of byStatus) {
    const texts = [...new Set(codes)].map((code) => `${code}: ${PROBLEMS[code].title}`);
    found[status] = {
      description: texts.join('; '),
      content: { 'application/problem+json': { schema: ref('Problem') } },
    };
  }
  const { answer, mediaType = 'application/json' } = description;
  if (answer === null) found['204'] = { type: 'null', description: 'Done' };
  else {
    const schema = typeof answer === 'string' ? ref(answer) : answer;
    found['200'] = { description: 'Done', content: { [mediaType]: { schema } } };
  }
  return found;
}

function fields(properties: Readonly<Record<string, JsonSchema>>, required: readonly string[]): JsonSchema {
  return { type: 'object', additionalProperties: false, required, properties };
}

/** Options of a route: its schema, who may call it, how often. Nothing is served that is not described. */
export function described(description: Description): RouteShorthandOptions {
  const { tag, summary, summary_zh, roles, limit, params, query, body } = description;
  return {
    config: { ...(roles === undefined ? {} : { roles }), ...(limit === undefined ? {} : { limit }) },
    schema: {
      tags: [tag],
      summary,
      description: `${summary_zh}${roles === undefined ? '' : ` (${roles.join(', ')})`}`,
      ...(roles === undefined ? {} : { security: [{ session: [] }] }),
      ...(params === undefined ? {} : { params: fields(params, Object.keys(params)) }),
      ...(query === undefined ? {} : { querystring: fields(query, []) }),
      ...(body === undefined ? {} : { body }),
      response: responses(description),
    } as NonNullable<RouteShorthandOptions['schema']>,
  };
}
