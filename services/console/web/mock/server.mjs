// Development only: serves dist and a canned API of the golden story at 14:09:30, with a live stream that answers commands.
// node services/console/web/mock/server.mjs [port] [--fresh: the order has just been issued]
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { ADVICE, at, board, followUps, NOW, OPENED, town, viewOf, zhou } from './story.mjs';

const port = Number(process.argv[2] ?? 8790);
const fresh = process.argv.includes('--fresh');
const dist = new URL('../dist', import.meta.url).pathname;
const started = Date.now();
const now = () => NOW + (process.argv.includes('--still') ? 0 : Date.now() - started);
const views = new Map([zhou, ...town.map(viewOf)].map((view) => [view.case_id, { ...view, advice: ADVICE }]));
const first = views.get(zhou.case_id);
if (fresh)
  Object.assign(first, {
    status: 'dispatched',
    acked_at: null,
    en_route_at: null,
    ack_due_at: at('14:10:30'),
    contact_tries: [],
    money_moving_minor: null,
    money_state: 'none',
  });
let user = null;
let role = 'officer';
const streams = new Set();
let sequence = 0;

const SUMMARY = Object.keys(town[0]);
const summary = (view) => Object.fromEntries(SUMMARY.map((key) => [key, view[key]]));
const tell = (event) => {
  sequence += 1;
  for (const stream of streams)
    stream.write(`id: ${sequence}\nevent: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`);
};
const change = (view, fields) => {
  Object.assign(view, fields, { revision: view.revision + 1, updated_at: now() });
  tell({ kind: 'case', case: summary(view), changed: Object.keys(fields) });
};

const STEP = {
  accept: ['acked_at', 'acked'],
  en_route: ['en_route_at', 'en_route'],
  on_site: ['on_site_at', 'on_site'],
  with_person: ['met_at', 'contacted'],
};
const applied = new Map();
function command(path, body) {
  const view = views.get(body.case_id);
  if (path.endsWith('response')) {
    const step = STEP[body.action];
    const undone = STEP[applied.get(body.undo_of)];
    if (step)
      change(view, {
        [step[0]]: body.client_at,
        status: step[1],
        ...(body.action === 'with_person' ? { contacted_at: body.client_at } : {}),
      });
    else if (undone) change(view, { [undone[0]]: null });
    else if (body.action.startsWith('request_'))
      change(view, { requests: [...view.requests, { kind: body.action.slice(8), at: now(), answer: null }] });
    applied.set(body.command_id, body.action);
  } else if (path.endsWith('contact'))
    change(view, { contact_tries: [...view.contact_tries, { method: body.method, result: body.result, at: now() }] });
  else if (path.endsWith('outcome'))
    change(view, {
      outcome_code: body.outcome_code,
      outcome_at: body.client_at,
      status: 'follow_up',
      closed_at: now(),
    });
  else if (path.endsWith('decision'))
    change(view, {
      review_state: body.decision === 'confirm' ? 'confirmed' : body.decision,
      level: body.level_to ?? view.level,
    });
  tell({ kind: 'applied', command_id: body.command_id, case_id: body.case_id });
}

const session = () => ({
  user,
  role,
  precinct: 'qinghe',
  precinct_name: { zh: '青禾派出所', en: 'Qinghe Station' },
  demo: true,
  roles: ['officer', 'analyst', 'commander'],
  clock: 'wall',
  now: now(),
});
const open = (role_) => [...views.values()].filter((view) => role_ === 'analyst' || view.precinct === 'qinghe');

function answer(method, path, body) {
  if (path === 'session' && method === 'POST') {
    role = body.role;
    user = { officer: 'wang', analyst: 'lu', commander: 'shen' }[role] ?? 'admin';
  }
  if (path === 'session') return user === null ? undefined : session();
  if (path === 'officers/me/shift')
    return { user, precinct: 'qinghe', precinct_name: null, on_duty: true, until: at('20:00:00') };
  if (path === 'officer/cards') return { cards: open('officer').map(summary), follow_ups: followUps };
  if (path === 'queue') {
    return {
      groups: ['RED', 'ORANGE', 'YELLOW'].map((level) => {
        const cases = open('analyst')
          .filter((view) => view.level === level && view.closed_at === null)
          .map(summary);
        return { level, count: cases.length, cases };
      }),
    };
  }
  if (path === 'precincts')
    return { precincts: [{ code: 'qinghe', name: { zh: '青禾派出所', en: 'Qinghe Station' } }] };
  if (path.startsWith('board')) return board;
  if (path === 'precision') return { precision: board.precision };
  const one = /^cases\/(\w+)(\/open)?$/.exec(path);
  if (one) return one[2] ? OPENED : views.get(one[1]);
  if (path.startsWith('commands/') && method === 'POST') {
    setTimeout(() => command(path, body), 150);
    return { command_id: body.command_id, appended_at: now() };
  }
  if (path === 'deliveries') return {};
  return undefined;
}

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

createServer(async (request, response) => {
  const url = new URL(request.url, 'http://localhost');
  response.setHeader('content-security-policy', POLICY);
  if (url.pathname === '/api/live') {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(`event: time\ndata: ${JSON.stringify({ kind: 'time', now: now() })}\n\n`);
    streams.add(response);
    request.on('close', () => streams.delete(response));
    return;
  }
  if (url.pathname === '/mock/event') {
    // curl -d '{"money_moving_minor":48000000,"money_state":"held"}' localhost:8790/mock/event
    let text = '';
    for await (const part of request) text += part;
    change(first, JSON.parse(text));
    response.end();
    return;
  }
  if (url.pathname.startsWith('/api/')) {
    let text = '';
    for await (const part of request) text += part;
    const found = answer(request.method, url.pathname.slice(5), text === '' ? null : JSON.parse(text));
    response.writeHead(found === undefined ? (user === null ? 401 : 404) : 200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(
        found ?? { title: 'Not found', status: 404, code: 'not_found', detail: 'not found', detail_zh: '没有' },
      ),
    );
    return;
  }
  const file = url.pathname.endsWith('/') ? `${url.pathname}index.html` : url.pathname;
  try {
    const body = await readFile(join(dist, file));
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
}).listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${port}/`));

setInterval(() => tell({ kind: 'time', now: now() }), 15_000);
