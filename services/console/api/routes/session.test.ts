import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTrial, type Trial } from '../../stand-in/console.ts';
import { SESSION_MS } from '../security/sessions.ts';

let trial: Trial;

beforeAll(async () => {
  trial = await openTrial({ sql: false });
});
afterAll(() => trial.close());

test('without a session everything asks to sign in, and nothing is told', async () => {
  for (const url of [
    '/api/session',
    '/api/officer/cards',
    '/api/queue',
    '/api/board',
    '/api/live',
    '/api/read-model/state',
  ]) {
    const { status, code } = await trial.call('', { url });
    expect([url, status, code]).toEqual([url, 401, 'not_signed_in']);
  }
});

test('a role of the demo is taken, said, and given back', async () => {
  const cookie = await trial.signIn('officer', 'officer-3112');
  const { body } = await trial.call(cookie, { url: '/api/session' });
  expect(body).toMatchObject({ user: 'officer-3112', role: 'officer', precinct: 'qinghe', demo: true, clock: 'wall' });
  expect(body.now).toBe(trial.clock.at);
  const out = await trial.call(cookie, { method: 'DELETE', url: '/api/session' });
  expect(out.status).toBe(204);
  expect(String(out.headers['set-cookie'])).toContain('Max-Age=0');
  // The old cookie is worthless, not only forgotten by the browser.
  expect((await trial.call(cookie, { url: '/api/session' })).code).toBe('not_signed_in');
});

test('the cookie is closed to scripts and other sites', async () => {
  const answer = await trial.call('', { method: 'POST', url: '/api/session', payload: { role: 'analyst' } });
  for (const cookie of answer.headers['set-cookie'] as string[]) {
    expect(cookie).toMatch(/^yujing_session(_analyst)?=[\w.-]+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/);
  }
});

test('one browser holds several roles of the demo; each page names its own', async () => {
  const jar = new Map<string, string>();
  for (const role of ['officer', 'analyst'] as const) {
    const answer = await trial.call('', { method: 'POST', url: '/api/session', payload: { role } });
    for (const cookie of answer.headers['set-cookie'] as string[]) {
      const [pair = ''] = cookie.split(';');
      jar.set(pair.slice(0, pair.indexOf('=')), pair);
    }
  }
  const cookies = [...jar.values()].join('; ');
  const who = async (headers: Record<string, string>, url = '/api/session') =>
    (await trial.call(cookies, { url, headers })).body.user;
  expect(await who({ 'x-yujing-role': 'officer' })).toBe('officer-3107');
  expect(await who({ 'x-yujing-role': 'analyst' })).toBe('analyst-1');
  expect(await who({}, '/api/session?role=officer')).toBe('officer-3107');
  // Without a name, and for a role that was never taken: the last one.
  expect(await who({})).toBe('analyst-1');
  expect(await who({ 'x-yujing-role': 'admin' })).toBe('analyst-1');
});

test('a cookie that was changed, or is too old, is none', async () => {
  const cookie = await trial.signIn('officer');
  const [name, value] = cookie.split('=', 2) as [string, string];
  const session = JSON.parse(Buffer.from(value.split('.')[0] ?? '', 'base64url').toString());
  const forged = Buffer.from(JSON.stringify({ ...session, role: 'admin' })).toString('base64url');
  for (const other of [`${forged}.${value.split('.')[1]}`, `${forged}.`, 'x', '', `${value}x`, value.split('.')[0]]) {
    expect((await trial.call(`${name}=${other}`, { url: '/api/session' })).code).toBe('not_signed_in');
  }
  const { sessions } = trial.console.context;
  expect(sessions.isLive({ ...session, expires_at: Date.now() + SESSION_MS })).toBe(true);
  expect(sessions.isLive({ ...session, expires_at: Date.now() - 1 })).toBe(false);
});

test('nobody unknown, and no role that does not exist', async () => {
  const call = (payload: object) => trial.call('', { method: 'POST', url: '/api/session', payload });
  expect((await call({ role: 'officer', user: 'nobody' })).code).toBe('not_found');
  expect((await call({ role: 'analyst', user: 'officer-3107' })).code).toBe('not_found');
  expect((await call({ role: 'chief' })).code).toBe('bad_request');
  expect((await call({ role: 'officer', password: 'x' })).body.errors).toEqual([
    expect.objectContaining({ field: 'password' }),
  ]);
});

test('each role gets what is its own', async () => {
  const officer = await trial.signIn('officer');
  const analyst = await trial.signIn('analyst');
  const commander = await trial.signIn('commander');
  const codes = async (cookie: string, urls: string[]) =>
    Promise.all(urls.map(async (url) => (await trial.call(cookie, { url })).status));
  expect(
    await codes(officer, [
      '/api/officer/cards',
      '/api/queue',
      '/api/board',
      '/api/search?text=1',
      '/api/read-model/state',
    ]),
  ).toEqual([200, 403, 403, 403, 403]);
  expect(
    await codes(analyst, [
      '/api/officer/cards',
      '/api/queue',
      '/api/board',
      '/api/search?text=1',
      '/api/read-model/state',
    ]),
  ).toEqual([403, 200, 200, 200, 403]);
  expect(
    await codes(commander, [
      '/api/officers/me/shift',
      '/api/queue',
      '/api/precision',
      '/api/precincts',
      '/api/read-model/state',
    ]),
  ).toEqual([403, 200, 200, 200, 200]);
  const rebuild = await trial.call(commander, { method: 'POST', url: '/api/read-model/rebuild' });
  expect(rebuild.code).toBe('role_not_allowed');
});

test('only our own pages may change something', async () => {
  const cookie = await trial.signIn('officer');
  const change = async (headers: Record<string, string>) =>
    (
      await trial.app.inject({
        method: 'DELETE',
        url: '/api/session',
        headers: { cookie: `${cookie}x`, host: 'localhost:3000', ...headers },
      })
    ).statusCode;
  expect(await change({})).toBe(403);
  expect(await change({ origin: 'http://evil.example' })).toBe(403);
  expect(await change({ origin: 'null' })).toBe(403);
  expect(await change({ 'sec-fetch-site': 'cross-site', origin: 'http://localhost:3000' })).toBe(403);
  expect(await change({ 'sec-fetch-site': 'same-site' })).toBe(403);
  expect(await change({ 'sec-fetch-site': 'same-origin' })).toBe(204);
  expect(await change({ origin: 'http://localhost:3000' })).toBe(204);
  expect(await change({ 'x-yujing-client': '1' })).toBe(204);
});

test('a form of another site cannot even speak: only JSON is read', async () => {
  const send = async (type: string, payload: string) =>
    (await trial.call('', { method: 'POST', url: '/api/session', headers: { 'content-type': type }, payload })).code;
  expect(await send('text/plain', '{"role":"officer"}')).toBe('bad_media_type');
  expect(await send('application/x-www-form-urlencoded', 'role=officer')).toBe('bad_media_type');
  expect(await send('application/json', '{"role":')).toBe('bad_json');
  expect(await send('application/json', '')).toBe('bad_json');
  expect(await send('application/json', `{"role":"officer","user":"${'x'.repeat(20_000)}"}`)).toBe('too_large');
});

test('the demo answers to localhost and addresses, not to a name that points here', async () => {
  const status = async (host: string) =>
    (await trial.app.inject({ url: '/api/session', headers: { host } })).json().code;
  expect(await status('evil.example:3000')).toBe('wrong_host');
  expect(await status('localhost.evil.example')).toBe('wrong_host');
  for (const host of ['localhost:3000', '127.0.0.1', '[::1]:3000', '192.168.1.20:3000'])
    expect(await status(host)).toBe('not_signed_in');
});

test('every answer carries the strict headers', async () => {
  for (const url of ['/api/session', '/api/nothing', '/openapi.json', '/officer/', '/']) {
    const { headers } = await trial.app.inject(url);
    expect(headers['content-security-policy'], url).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(headers['content-security-policy'], url).not.toContain('unsafe');
    expect(headers['x-content-type-options'], url).toBe('nosniff');
  }
  expect((await trial.app.inject('/api/session')).headers['cache-control']).toBe('no-store');
});

test('who asks too fast is told how long to wait', async () => {
  const { limiter } = trial.console.context;
  let wait = 0;
  for (let i = 0; i < 50 && wait === 0; i++) wait = limiter.take('open', 'hasty');
  expect(wait).toBe(2);
  expect(limiter.take('open', 'somebody else')).toBe(0);
});

test('without the demo there are no roles to choose, and the answer says what to do', async () => {
  const real = await openTrial({ sql: false, settings: { demo: false } });
  const { status, body } = await real.call('', { method: 'POST', url: '/api/session', payload: { role: 'officer' } });
  expect([status, body.code]).toEqual([403, 'no_demo_roles']);
  expect(body.detail).toContain('--demo');
  await real.close();
});

test('a session outlives a restart, and one that was ended stays ended', async () => {
  const kept = await trial.signIn('officer');
  const ended = await trial.signIn('officer');
  await trial.call(ended, { method: 'DELETE', url: '/api/session' });
  const again = await openTrial({ sql: false, folder: trial.folder });
  expect((await again.call(kept, { url: '/api/session' })).status).toBe(200);
  expect((await again.call(ended, { url: '/api/session' })).status).toBe(401);
  await again.close();
});
