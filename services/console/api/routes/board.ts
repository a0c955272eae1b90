import type { FastifyInstance } from 'fastify';
import { summariesOf } from '../case-view.ts';
import { dayStart, DEFAULT_CURRENCY, type ConsoleContext } from '../context.ts';
import { described } from '../describe.ts';
import { freshTables } from '../find-case.ts';
import { viewerOf } from '../guard.ts';
import { Problem } from '../problem.ts';
import { list, object, ref, time } from '../schema/json-schema.ts';
import type { BoardView, PrecisionRow, QueueView, Role } from '../views.ts';

const DESKS: readonly Role[] = ['analyst', 'commander', 'admin'];
const instant = { ...time, minimum: 0, maximum: Date.UTC(2100, 0, 1) };
const YEAR_MS = 366 * 86_400_000;

export function boardRoutes(app: FastifyInstance, context: ConsoleContext): void {
  const { settings, precision, now } = context;

  app.get(
    '/queue',
    described({
      tag: 'analyst',
      summary: 'Open cases by level, in each the one whose clock runs out first',
      summary_zh: '待办，按级别和时限',
      roles: DESKS,
      answer: 'Queue',
      problems: ['read_model_opening'],
    }),
    async (request): Promise<QueueView> => {
      const viewer = viewerOf(request);
      await freshTables(context);
      const groups = await context.readModel.cases.queue(viewer);
      const summaries = await summariesOf(
        context,
        groups.flatMap(({ cases }) => cases),
      );
      let next = 0;
      return {
        groups: groups.map(({ level, count, cases }) => {
          next += cases.length;
          return { level, count, cases: summaries.slice(next - cases.length, next) };
        }),
      };
    },
  );

  app.get<{ Querystring: { from?: number; until?: number } }>(
    '/board',
    described({
      tag: 'commander',
      summary: 'Funnel, clocks, money and precision of the cases opened in a stretch of time (default: today)',
      summary_zh: '战况：漏斗、时长、金额、准确度，默认今天',
      roles: DESKS,
      query: { from: instant, until: instant },
      answer: 'Board',
      problems: ['read_model_opening'],
    }),
    async (request): Promise<BoardView> => {
      const { from = dayStart(now(), settings), until = now() + 1 } = request.query;
      if (until <= from || until - from > YEAR_MS) {
        throw new Problem('bad_request', { errors: [{ field: 'until', message: 'after `from`, by a year at most' }] });
      }
      await freshTables(context);
      const figures = await context.readModel.board.board(from, until);
      const currency = settings.currency ?? DEFAULT_CURRENCY;
      return { from, until, ...figures, currency, precision: precision.precisionRows() };
    },
  );

  app.get(
    '/precision',
    described({
      tag: 'commander',
      summary: 'Precision of every rule version, with its interval',
      summary_zh: '每条规则的准确度和区间',
      roles: DESKS,
      answer: object<{ precision: readonly PrecisionRow[] }>({ precision: list(ref('PrecisionRow')) }),
    }),
    async () => ({ precision: precision.precisionRows() }),
  );
}
