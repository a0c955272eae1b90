import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ConsoleContext } from '../context.ts';
import { demoPerson, demoPeople } from '../demo-people.ts';
import { CHANGING, described, EVERYBODY } from '../describe.ts';
import { viewerOf } from '../guard.ts';
import { Problem } from '../problem.ts';
import { oneOf, text } from '../schema/json-schema.ts';
import { setCookies, type Session } from '../security/sessions.ts';
import type { Role, SessionView } from '../views.ts';
import { RECORD_ROLE, ROLES } from '../viewer.ts';

function viewOf({ settings, stations, now }: ConsoleContext, { user, role, precinct }: Session): SessionView {
  const { demo, clock } = settings;
  const precinct_name = stations.precincts().find(({ code }) => code === precinct)?.name ?? null;
  const roles = demo ? [...new Set(demoPeople(settings).map((person) => person.role))] : [role];
  return { user, role, precinct, precinct_name, demo, roles, clock, now: now() };
}

export function sessionRoutes(app: FastifyInstance, context: ConsoleContext): void {
  const { settings, sessions, audit, machineNow } = context;
  const tag = 'session';
  const cookies = { secure: settings.secureCookie === true, perRole: settings.demo };

  app.get(
    '/session',
    described({ tag, summary: 'Who is signed in', summary_zh: '当前登录', roles: EVERYBODY, answer: 'Session' }),
    async (request) => viewOf(context, viewerOf(request)),
  );

  const body = {
    type: 'object',
    additionalProperties: false,
    required: ['role'],
    properties: { role: oneOf(ROLES), user: { ...text, maxLength: 128 } },
  };
  app.post<{ Body: { role: Role; user?: string } }>(
    '/session',
    described({
      tag,
      summary: 'Take a role of the demo',
      summary_zh: '演示：选一个角色',
      limit: 'session',
      body,
      answer: 'Session',
      problems: ['no_demo_roles', 'not_found'],
    }),
    async (request, reply: FastifyReply) => {
      if (!settings.demo) throw new Problem('no_demo_roles');
      const person = demoPerson(settings, request.body.role, request.body.user);
      if (person === undefined) throw new Problem('not_found');
      const { session, cookie } = sessions.begin(person);
      const { user, role } = session;
      await audit.append({
        at: machineNow(),
        by: user,
        role: RECORD_ROLE[role],
        action: 'session_begun',
        facts: { session: session.id },
      });
      reply.header('set-cookie', setCookies(cookie, role, cookies));
      return viewOf(context, session);
    },
  );

  app.delete(
    '/session',
    described({
      tag,
      summary: 'Sign out',
      summary_zh: '退出',
      limit: 'session',
      answer: null,
      problems: CHANGING,
    }),
    async (request, reply: FastifyReply) => {
      const { session } = request;
      if (session !== null) {
        sessions.end(session);
        const facts = { session: session.id, expires_at: session.expires_at };
        await audit.append({
          at: machineNow(),
          by: session.user,
          role: RECORD_ROLE[session.role],
          action: 'session_ended',
          facts,
        });
      }
      return reply
        .header('set-cookie', setCookies('', session?.role ?? 'officer', cookies))
        .code(204)
        .send();
    },
  );
}
