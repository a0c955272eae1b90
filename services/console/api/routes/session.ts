import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ConsoleContext } from '../context.ts';
import { demoPerson, demoPeople } from '../demo-people.ts';
import { CHANGING, described, EVERYBODY } from '../describe.ts';
import { viewerOf } from '../guard.ts';
import { Problem } from '../problem.ts';
import { oneOf, text, type JsonSchema } from '../schema/json-schema.ts';
import { setCookies, type Session } from '../security/sessions.ts';
import { PASSWORD_LENGTH } from '../security/users/password.ts';
import type { Role, SessionView, SignInView } from '../views.ts';
import { RECORD_ROLE, ROLES, type Viewer } from '../viewer.ts';

function viewOf({ settings, stations, now }: ConsoleContext, { user, role, precinct }: Session): SessionView {
  const { demo, clock } = settings;
  const precinct_name = stations.precincts().find(({ code }) => code === precinct)?.name ?? null;
  const roles = demo ? [...new Set(demoPeople(settings).map((person) => person.role))] : [role];
  return { user, role, precinct, precinct_name, demo, roles, clock, now: now() };
}

interface SignInBody {
  readonly role?: Role;
  readonly user?: string;
  readonly password?: string;
}

const user = { ...text, maxLength: 128 };
const ROLE_BODY: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['role'],
  properties: { role: oneOf(ROLES), user },
};
/** A role alone is understood too, and refused with what to do instead. */
const PASSWORD_BODY: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  anyOf: [{ required: ['user', 'password'] }, { required: ['role'] }],
  // A password of the longest length, typed in characters that its compared form makes shorter.
  properties: { user, password: { ...text, maxLength: 4 * PASSWORD_LENGTH.max }, role: oneOf(ROLES) },
};

/** Who comes in. @throws Problem when nobody does */
async function comesIn(
  { settings, signIn }: ConsoleContext,
  { role, user: name, password }: SignInBody,
  address: string,
): Promise<Viewer & { readonly generation?: number }> {
  if (signIn !== null) {
    if (role !== undefined || name === undefined || password === undefined) throw new Problem('no_demo_roles');
    return signIn.check(name, password, address);
  }
  const person = role === undefined ? undefined : demoPerson(settings, role, name);
  if (person === undefined) throw new Problem('not_found');
  return person;
}

export function sessionRoutes(app: FastifyInstance, context: ConsoleContext): void {
  const { settings, sessions, signIn, audit, machineNow } = context;
  const tag = 'session';
  const cookies = { secure: settings.secureCookie === true, perRole: settings.demo };

  app.get(
    '/session',
    described({ tag, summary: 'Who is signed in', summary_zh: '当前登录', roles: EVERYBODY, answer: 'Session' }),
    async (request) => viewOf(context, viewerOf(request)),
  );

  app.get(
    '/sign-in',
    described({
      tag,
      summary: 'How to sign in: by a role of the demo, or with user and password',
      summary_zh: '怎样登录：演示里选角色，平时用用户名和密码',
      answer: 'SignIn',
    }),
    async (): Promise<SignInView> => ({ demo: settings.demo, any_user: signIn === null || signIn.users.any }),
  );

  app.post<{ Body: SignInBody }>(
    '/session',
    described({
      tag,
      summary: signIn === null ? 'Take a role of the demo' : 'Sign in with user and password',
      summary_zh: signIn === null ? '演示：选一个角色' : '用用户名和密码登录',
      limit: 'session',
      body: signIn === null ? ROLE_BODY : PASSWORD_BODY,
      answer: 'Session',
      problems: signIn === null ? ['no_demo_roles', 'not_found'] : ['no_demo_roles', 'wrong_sign_in'],
    }),
    async (request, reply: FastifyReply) => {
      const viewer = await comesIn(context, request.body, request.ip);
      const { session, cookie } = sessions.begin(viewer);
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
