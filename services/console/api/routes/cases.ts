import type { OpenPurpose } from '@yujing/schemas';
import type { FastifyInstance } from 'fastify';
import { caseViewOf, summariesOf } from '../case-view.ts';
import type { ConsoleContext } from '../context.ts';
import { described, EVERYBODY } from '../describe.ts';
import { findCase, freshTables } from '../find-case.ts';
import { viewerOf } from '../guard.ts';
import { Problem } from '../problem.ts';
import { commandBody } from '../schema/body-schemas.ts';
import { list, object, ref, text } from '../schema/json-schema.ts';
import type { CaseSummary, CaseView, CommandBody, OpenedPerson, Role } from '../views.ts';
import { RECORD_ROLE, type Viewer } from '../viewer.ts';
import { Lru } from '../../live/lru.ts';

const tag = 'cases';
/** A NUL would be an error of the database. */
const NO_CONTROLS = '^[^\\u0000-\\u001f\\u007f]*$';
const CASE_ID = { case_id: { ...text, pattern: '^[0-9a-f]{32}$' } };

const VIEWS_KEPT = 10_000;
const ONE_VIEW_MS = 600_000;

/** For what a role may open clear text. */
const PURPOSES: Readonly<Record<Role, readonly OpenPurpose[]>> = {
  officer: ['contact'],
  analyst: ['contact', 'review', 'search', 'appeal'],
  commander: ['review', 'audit', 'appeal'],
  admin: ['audit'],
};

/** All that an opening shows, so all of it stands in its record. */
const OPENED_FIELDS = ['name', 'tel', 'address', 'contacts', 'sex', 'age_band', 'language', 'hearing_note'] as const;

interface OpenBody extends Omit<CommandBody, 'case_id'> {
  readonly purpose: OpenPurpose;
  readonly device?: string | null;
}

export function caseRoutes(app: FastifyInstance, context: ConsoleContext): void {
  const { desk, identity, audit, machineNow } = context;
  const viewed = new Lru<string, number>(VIEWS_KEPT);

  /** A page reads the case again with every event: that is one view. */
  async function noteView({ user, role }: Viewer, case_id: string): Promise<void> {
    const key = `${user} ${case_id}`;
    const at = machineNow();
    if (at - (viewed.get(key) ?? 0) < ONE_VIEW_MS) return;
    await audit.append({ at, by: user, role: RECORD_ROLE[role], action: 'case_viewed', facts: { case_id } });
    viewed.set(key, at);
  }

  app.get<{ Params: { case_id: string } }>(
    '/cases/:case_id',
    described({
      tag,
      summary: 'A case with its grounds and story, names masked',
      summary_zh: '一个案子：依据、经过，姓名已隐去',
      roles: EVERYBODY,
      params: CASE_ID,
      answer: 'Case',
      problems: ['not_found', 'read_model_opening', 'not_appended'],
    }),
    async (request): Promise<CaseView> => {
      const viewer = viewerOf(request);
      await freshTables(context);
      const known = await findCase(context, viewer, request.params.case_id);
      await noteView(viewer, known.record.case_id);
      return caseViewOf(context, known);
    },
  );

  app.post<{ Params: { case_id: string }; Body: OpenBody }>(
    '/cases/:case_id/open',
    described({
      tag,
      summary: 'Open clear text; the opening is on record before it is shown',
      summary_zh: '查看姓名和联系方式，先留痕再显示',
      roles: EVERYBODY,
      limit: 'open',
      params: CASE_ID,
      body: commandBody('Opened', ['case_id', 'fields']),
      answer: 'OpenedPerson',
      problems: ['not_found', 'purpose_not_allowed', 'person_unknown', 'command_id_used', 'not_appended'],
    }),
    async (request): Promise<OpenedPerson> => {
      const viewer = viewerOf(request);
      const { case_id } = request.params;
      if (!PURPOSES[viewer.role].includes(request.body.purpose)) throw new Problem('purpose_not_allowed');
      const { record } = await findCase(context, viewer, case_id);
      const fields = { ...request.body, case_id, fields: [...OPENED_FIELDS] };
      await desk.take('Opened', viewer, record.subject, fields);
      const person = await identity.clear(record.subject);
      if (person === null) throw new Problem('person_unknown');
      return person;
    },
  );

  app.get<{ Querystring: { text?: string } }>(
    '/search',
    described({
      tag,
      summary: 'Cases by number of the order, id, or a number of the register; the search is audited',
      summary_zh: '按指令号、编号或登记里的号码找案子，查找会留痕',
      roles: ['analyst', 'commander', 'admin'],
      limit: 'command',
      query: { text: { ...text, minLength: 1, maxLength: 64, pattern: NO_CONTROLS } },
      answer: object<{ cases: readonly CaseSummary[] }>({ cases: list(ref('CaseSummary')) }),
      problems: ['read_model_opening', 'not_appended'],
    }),
    async (request): Promise<{ cases: CaseSummary[] }> => {
      const viewer = viewerOf(request);
      const sought = (request.query.text ?? '').trim();
      if (sought === '')
        throw new Problem('bad_request', { errors: [{ field: 'text', message: 'a value is needed' }] });
      const subjects = (await identity.find?.(sought)) ?? [];
      const found = await context.readModel.cases.search(viewer, sought, subjects);
      // What was typed may be a number of somebody: only its kind and what it led to are kept.
      const facts = { register: subjects.length, found: found.map(({ record }) => record.case_id).join(' ') };
      await audit.append({
        at: machineNow(),
        by: viewer.user,
        role: RECORD_ROLE[viewer.role],
        action: 'searched',
        facts,
      });
      return { cases: await summariesOf(context, found) };
    },
  );
}
