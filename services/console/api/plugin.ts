import swagger from '@fastify/swagger';
import { Ajv, type AnySchema } from 'ajv';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, FastifySchemaCompiler } from 'fastify';
import { ReadModelUnavailable } from '../views/read-model.ts';
import type { ConsoleContext } from './context.ts';
import { guard } from './guard.ts';
import { Problem, type ProblemCode } from './problem.ts';
import { boardRoutes } from './routes/board.ts';
import { caseRoutes } from './routes/cases.ts';
import { commandRoutes } from './routes/commands.ts';
import { documentRoutes } from './routes/document.ts';
import { liveRoutes } from './routes/live.ts';
import { officerRoutes } from './routes/officer.ts';
import { pageRoutes } from './routes/pages.ts';
import { READ_MODEL_SCHEMA, readModelRoutes } from './routes/read-model.ts';
import { sessionRoutes } from './routes/session.ts';
import { VIEW_SCHEMAS } from './schema/view-schemas.ts';
import { COOKIE } from './security/sessions.ts';
import { SECURITY_HEADERS, TLS_HEADER } from './security/headers.ts';

const BODY_BYTES = 16_384;

const FASTIFY_PROBLEMS: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'bad_media_type',
  FST_ERR_CTP_EMPTY_TYPE: 'bad_media_type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'too_large',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'bad_json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'bad_json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'bad_request',
};

/** A body is taken as it is; what stands in an address is text and may be turned into a number. */
function validators(): FastifySchemaCompiler<AnySchema> {
  const strict = new Ajv({ allErrors: true, strict: false });
  const lenient = new Ajv({ allErrors: true, strict: false, coerceTypes: true });
  return ({ schema, httpPart }) => (httpPart === 'body' ? strict : lenient).compile(schema);
}

function fieldErrors({ validation = [] }: FastifyError): { field: string; message: string }[] {
  return validation.slice(0, 32).map(({ instancePath, message = '', params }) => {
    const extra = (params.additionalProperty ?? params.missingProperty) as string | undefined;
    const field = `${instancePath}/${extra ?? ''}`.replaceAll('/', '.').replace(/^\.+|\.+$/g, '');
    return { field, message };
  });
}

function problemOf(error: FastifyError): Problem | undefined {
  if (error instanceof Problem) return error;
  if (error instanceof ReadModelUnavailable) return new Problem('read_model_opening');
  if (error.validation !== undefined) return new Problem('bad_request', { errors: fieldErrors(error) });
  const known = FASTIFY_PROBLEMS[error.code];
  if (known !== undefined) return new Problem(known);
  if ((error as { retriable?: boolean }).retriable === true) return new Problem('not_appended');
  if (error.statusCode !== undefined && error.statusCode < 500) return new Problem('bad_request');
  return undefined;
}

function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.retryAfterS !== undefined) reply.header('retry-after', problem.retryAfterS);
  return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem.view()));
}

/** Something failed that should not. */
class Defect extends Error {
  override readonly name = 'Defect';
}

function handleErrors(app: FastifyInstance, { failed }: ConsoleContext): void {
  app.setErrorHandler((error: FastifyError, _request: FastifyRequest, reply) => {
    const problem = problemOf(error);
    if (problem !== undefined) return sendProblem(reply, problem);
    // The text of an error may hold anything, so it stays inside; name and place are enough to find it.
    const at = error.stack?.split('\n').find((line) => line.trim().startsWith('at '));
    failed(new Defect(`${error.name} ${at?.trim() ?? ''}`));
    return sendProblem(reply, new Problem('failed'));
  });
}

async function describeApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Yujing console',
        description: '预警 Yujing: the console API of officers, analysts and commanders',
        version: '0.1.0',
      },
      components: { securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: COOKIE } } },
    },
    refResolver: { buildLocalReference: (json, _base, _fragment, i) => String(json.$id ?? `schema-${i}`) },
  });
}

/** API, live stream and pages of the console: `app.register(consolePlugin, { context })`. */
export async function consolePlugin(app: FastifyInstance, { context }: { context: ConsoleContext }): Promise<void> {
  const headers = context.settings.secureCookie === true ? { ...SECURITY_HEADERS, ...TLS_HEADER } : SECURITY_HEADERS;
  await describeApi(app);
  for (const schema of [...VIEW_SCHEMAS, READ_MODEL_SCHEMA]) app.addSchema(schema);
  app.setValidatorCompiler(validators());
  // Answers are built field by field from the types of views.ts; tests check each against its schema.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  handleErrors(app, context);
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(headers);
  });
  await app.register(async (api) => apiRoutes(api, context), { prefix: '/api' });
  pageRoutes(app);
  documentRoutes(app);
  app.addHook('preClose', async () => context.hub.close());
}

function capital(word: string, place: number): string {
  return place === 0 ? word : `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}

function countAnswers(app: FastifyInstance, { metrics }: ConsoleContext): void {
  app.addHook('onResponse', async (request, reply) => {
    // The pattern of the route, never the address: that holds ids.
    const route = request.routeOptions.url ?? 'none';
    metrics.count('api_requests_total', { route, status: String(reply.statusCode) });
    metrics.observe('api_request_seconds', { route }, reply.elapsedTime / 1000);
  });
}

async function apiRoutes(app: FastifyInstance, context: ConsoleContext): Promise<void> {
  countAnswers(app, context);
  app.removeContentTypeParser('text/plain');
  app.addHook('onRoute', (route) => {
    route.bodyLimit = BODY_BYTES;
    const words = `${String(route.method).toLowerCase()}${route.url.replace('/api', '')}`.split(/[^A-Za-z]+/);
    if (route.schema !== undefined) route.schema.operationId = words.map(capital).join('');
  });
  guard(app, context);
  sessionRoutes(app, context);
  officerRoutes(app, context);
  caseRoutes(app, context);
  boardRoutes(app, context);
  commandRoutes(app, context);
  liveRoutes(app, context);
  readModelRoutes(app, context);
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, new Problem('not_found')));
}
