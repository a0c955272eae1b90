import { Validator } from '@seriousme/openapi-schema-validator';
import fastify from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTrial, type Trial } from '../stand-in/console.ts';
import { consolePlugin } from './plugin.ts';

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly responses: Readonly<Record<string, { readonly description?: string }>>;
}

let trial: Trial;
let paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;

beforeAll(async () => {
  trial = await openTrial({ sql: false });
  paths = (await trial.app.inject('/openapi.json')).json().paths;
});
afterAll(() => trial.close());

test('the document is valid OpenAPI 3.1', async () => {
  const document = (await trial.app.inject('/openapi.json')).json();
  const validator = new Validator();
  expect(await validator.validate(document)).toEqual({ valid: true });
  expect(validator.version).toBe('3.1');
});

test('every route of the API is in it', async () => {
  const routes: string[] = [];
  const app = fastify();
  app.addHook('onRoute', ({ method, url }) => {
    if (url.startsWith('/api/') && url !== '/api/' && method !== 'HEAD')
      routes.push(`${String(method).toLowerCase()} ${url}`);
  });
  await app.register(consolePlugin, { context: trial.console.context });
  await app.ready();
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
  );
  expect(described.sort()).toEqual(routes.sort());
  expect(described.length).toBeGreaterThanOrEqual(20);
});

test('every operation has a name of its own, words, a success and its problems', () => {
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
  const names = operations.map(({ operationId }) => operationId);
  expect(new Set(names).size).toBe(names.length);
  for (const { operationId, summary, responses } of operations) {
    expect(summary, operationId).not.toBe('');
    expect(
      Object.keys(responses).filter((status) => status.startsWith('2')),
      operationId,
    ).toHaveLength(1);
    for (const status of ['403', '429', '500'])
      expect(responses[status]?.description, `${operationId} ${status}`).toBeTruthy();
  }
});

test('the index for people lists every path and carries no script', async () => {
  const { body, headers } = await trial.app.inject('/api/');
  for (const path of Object.keys(paths)) expect(body).toContain(path);
  expect(body).not.toMatch(/<script|style=/);
  expect(headers['content-security-policy']).toContain("default-src 'none'");
});
