import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';

const TITLES: Readonly<Record<number, string>> = {
  400: 'bad request',
  404: 'not there',
  413: 'too large',
  415: 'not a type that is taken',
};

/** The same kind of answer as everywhere, and nothing of the address or the body repeated: they may hold a number. */
function problem(reply: FastifyReply, status: number): FastifyReply {
  const title = TITLES[status] ?? (status < 500 ? 'bad request' : 'failed');
  return reply
    .code(status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: 'about:blank', title, status }));
}

/** A malformed address reaches no route and no handler of an instance. */
export const badAddress = (_error: unknown, _request: unknown, reply: FastifyReply): FastifyReply =>
  problem(reply, 400);

/** What no plugin answers: an address nobody serves, a method that is not for it, a body where none is read. */
export function answerWithoutRoute(app: FastifyInstance): void {
  app.setNotFoundHandler((_request, reply) => problem(reply, 404));
  app.setErrorHandler((error: FastifyError, _request, reply) => problem(reply, error.statusCode ?? 500));
}
