import type { FastifyReply } from 'fastify';

/** Everything that can be wrong with a whole request. */
export const PROBLEMS = {
  empty: [400, 'the body is empty'],
  bad_encoding: [400, 'the body is not UTF-8'],
  bad_json: [400, 'the body is no JSON'],
  too_deep: [400, 'the body nests too deep'],
  nothing_accepted: [400, 'no event was accepted'],
  bad_request: [400, 'the request cannot be read'],
  no_key: [401, 'a key is needed: Authorization: Bearer <key>'],
  bad_key: [401, 'the key is not known, revoked or past its time'],
  not_allowed: [403, 'the key does not allow this'],
  not_found: [404, 'there is nothing here'],
  clock_is_wall: [409, 'the clock follows the machine; start with --clock door to release time by hand'],
  too_large: [413, 'the body is longer than allowed'],
  too_many_items: [413, 'the body holds more events than allowed'],
  bad_media_type: [
    415,
    'send application/json, application/x-ndjson, application/cloudevents+json or application/cloudevents-batch+json, not compressed',
  ],
  too_fast: [429, 'the key sends faster than it may'],
  failed: [500, 'the door failed; nothing is known of the events, send them again'],
  busy: [503, 'the door cannot take events at the moment, send them again with the same ids'],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemName = keyof typeof PROBLEMS;

/** Problem details by RFC 9457. Never holds anything of the request's content. */
export function sendProblem(
  reply: FastifyReply,
  name: ProblemName,
  members: { readonly detail?: string; readonly [member: string]: unknown } = {},
): FastifyReply {
  const [status, title] = PROBLEMS[name];
  const body = { type: `urn:yujing:problem:${name}`, title, status, ...members };
  return reply.code(status).type('application/problem+json').send(JSON.stringify(body));
}
