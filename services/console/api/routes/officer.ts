import type { FastifyInstance } from 'fastify';
import { dayStart, type ConsoleContext } from '../context.ts';
import { described, EVERYBODY } from '../describe.ts';
import { freshTables } from '../find-case.ts';
import { summariesOf } from '../case-view.ts';
import { viewerOf } from '../guard.ts';
import type { CardsView, FollowUpView, PrecinctsView, ShiftView } from '../views.ts';
import type { FollowUpRow } from '../../views/read/cases.ts';

const tag = 'officer';

async function followUpViews(context: ConsoleContext, rows: readonly FollowUpRow[]): Promise<FollowUpView[]> {
  const summaries = await summariesOf(
    context,
    rows.map(({ known }) => known),
  );
  return rows.flatMap(({ follow_up_id, kind, due_at, done_at }, i) => {
    const summary = summaries[i];
    if (summary === undefined) return [];
    const { case_id, level, scam_type, outcome_code, name_masked, area } = summary;
    return [{ follow_up_id, case_id, kind, due_at, done_at, level, scam_type, outcome_code, name_masked, area }];
  });
}

export function officerRoutes(app: FastifyInstance, context: ConsoleContext): void {
  const { stations, settings, now } = context;

  app.get(
    '/officer/cards',
    described({
      tag,
      summary: 'Cards of my orders and of my precinct, open ones and those closed today, and follow-ups',
      summary_zh: '我的和本所的指令，今天办结的，回访',
      roles: ['officer'],
      answer: 'Cards',
      problems: ['read_model_opening'],
    }),
    async (request): Promise<CardsView> => {
      const viewer = viewerOf(request);
      await freshTables(context);
      const today = dayStart(now(), settings);
      const { cases } = context.readModel;
      const [cards, followUps] = await Promise.all([cases.cards(viewer, today), cases.followUps(viewer, today)]);
      return { cards: await summariesOf(context, cards), follow_ups: await followUpViews(context, followUps) };
    },
  );

  app.get(
    '/officers/me/shift',
    described({ tag, summary: 'My shift', summary_zh: '我的班次', roles: ['officer'], answer: 'Shift' }),
    async (request): Promise<ShiftView> => {
      const { user, precinct } = viewerOf(request);
      const shift = stations.shift(user, now()) ?? { on_duty: false, until: null };
      const precinct_name = stations.precincts().find(({ code }) => code === precinct)?.name ?? null;
      return { user, precinct, precinct_name, on_duty: shift.on_duty, until: shift.until };
    },
  );

  app.get(
    '/precincts',
    described({
      tag,
      summary: 'Precincts to which an order can be handed over',
      summary_zh: '可以移交的派出所',
      roles: EVERYBODY,
      answer: 'Precincts',
    }),
    async (): Promise<PrecinctsView> => ({ precincts: stations.precincts().map(({ code, name }) => ({ code, name })) }),
  );
}
