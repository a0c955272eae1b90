import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ReadModelState } from '../../views/read-model.ts';
import type { ConsoleContext } from '../context.ts';
import { CHANGING, described } from '../describe.ts';
import { viewerOf } from '../guard.ts';
import { count, list, named, object, oneOf, orNull } from '../schema/json-schema.ts';
import { RECORD_ROLE } from '../viewer.ts';

export const READ_MODEL_SCHEMA = named(
  'ReadModel',
  object<ReadModelState>({
    state: oneOf(['opening', 'building', 'ready', 'rebuilding']),
    generation: orNull(count),
    positions: list(count),
    lag: count,
    rows: count,
    failures: count,
  }),
);

export function readModelRoutes(app: FastifyInstance, context: ConsoleContext): void {
  const { readModel, audit, machineNow } = context;
  const tag = 'read model';

  app.get(
    '/read-model/state',
    described({
      tag,
      summary: 'How far the tables have come',
      summary_zh: '查询库跟到哪里了',
      roles: ['commander', 'admin'],
      answer: 'ReadModel',
    }),
    async () => readModel.state(),
  );

  app.post(
    '/read-model/rebuild',
    {
      ...described({
        tag,
        summary: 'Build the tables anew from the log; the old ones are read until then. Look at the state for progress',
        summary_zh: '从日志重建查询库，建好前照常用旧的',
        roles: ['admin'],
        limit: 'session',
        answer: 'ReadModel',
        problems: ['read_model_opening', ...CHANGING],
      }),
    },
    async (request, _reply: FastifyReply) => {
      const { user, role } = viewerOf(request);
      await audit.append({ at: machineNow(), by: user, role: RECORD_ROLE[role], action: 'rebuild_asked', facts: {} });
      // It may take minutes; failures are counted in the state.
      readModel.rebuild().catch(() => undefined);
      return readModel.state();
    },
  );
}
