import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { answerWithoutRoute } from './no-route.ts';

test('an address nobody serves and a body nobody reads get a problem that repeats nothing', async () => {
  const app = Fastify();
  answerWithoutRoute(app);
  app.get('/livez', async () => 'ok');
  const json = { 'content-type': 'application/json' };
  const answers = [
    await app.inject({ url: '/people/+8612000000001' }),
    await app.inject({ method: 'DELETE', url: '/livez', headers: json, payload: '{"tel":"+8612000000001"' }),
    await app.inject({
      method: 'POST',
      url: '/livez',
      headers: { 'content-type': 'multipart/form-data' },
      payload: 'x',
    }),
  ];
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([404, 400, 404]);
  for (const answer of answers) {
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({ type: 'about:blank', status: answer.statusCode });
    expect(answer.body).not.toContain('8612');
  }
  await app.close();
});
