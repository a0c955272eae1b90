import { createHash } from 'node:crypto';
import type { RecordTypes } from '@yujing/schemas';
import type { FastifyInstance } from 'fastify';
import type { CommandType } from '../../live/records.ts';
import type { CommandFields } from '../commands/desk.ts';
import type { ConsoleContext } from '../context.ts';
import { described, EVERYBODY } from '../describe.ts';
import { findCase, findOrder, freshTables } from '../find-case.ts';
import { viewerOf } from '../guard.ts';
import { Problem } from '../problem.ts';
import { commandBody } from '../schema/body-schemas.ts';
import { object, oneOf, text, time } from '../schema/json-schema.ts';
import { seesAll, type Viewer } from '../viewer.ts';
import type { CommandAnswer, CommandBody, CommandStateView, Role } from '../views.ts';

interface CommandRoute {
  readonly path: string;
  readonly type: Exclude<CommandType, 'Opened'>;
  readonly roles: readonly Role[];
  readonly summary: string;
  readonly summary_zh: string;
}

const ROUTES: readonly CommandRoute[] = [
  {
    path: 'response',
    type: 'Response',
    roles: ['officer'],
    summary: 'Answer an order',
    summary_zh: '接单、出发、到门口、见面、求助',
  },
  {
    path: 'contact',
    type: 'Contact',
    roles: ['officer', 'analyst'],
    summary: 'An attempt to reach the person',
    summary_zh: '一次联系',
  },
  {
    path: 'outcome',
    type: 'Outcome',
    roles: ['officer', 'analyst'],
    summary: 'What was found out',
    summary_zh: '办结',
  },
  { path: 'decision', type: 'Decision', roles: ['analyst'], summary: 'Decide on a case', summary_zh: '研判' },
  {
    path: 'hand-over',
    type: 'HandOver',
    roles: ['officer', 'analyst', 'commander'],
    summary: 'Hand an order over to another precinct',
    summary_zh: '移交',
  },
];

/** An officer acts on orders of his own; the reducer decides the rest, in the one order of the log. */
async function checkOrder(context: ConsoleContext, viewer: Viewer, case_id: string, order_id: string): Promise<void> {
  const order = await findOrder(context, order_id);
  if (order.case_id !== case_id) throw new Problem('not_found');
  if (!seesAll(viewer) && order.officer !== viewer.user) throw new Problem('not_your_order');
}

export function commandRoutes(app: FastifyInstance, context: ConsoleContext): void {
  const { desk, memory, readModel } = context;
  const tag = 'commands';

  for (const { path, type, roles, summary, summary_zh } of ROUTES) {
    app.post<{ Body: CommandBody & { readonly order_id?: string | null } }>(
      `/commands/${path}`,
      described({
        tag,
        summary,
        summary_zh,
        roles,
        limit: 'command',
        body: commandBody(type),
        answer: 'CommandAnswer',
        problems: ['not_found', 'not_your_order', 'command_id_used', 'not_appended', 'read_model_opening'],
      }),
      async (request): Promise<CommandAnswer> => {
        const viewer = viewerOf(request);
        const { case_id, order_id } = request.body;
        const { record } = await findCase(context, viewer, case_id);
        if (typeof order_id === 'string') await checkOrder(context, viewer, case_id, order_id);
        // Validated against the record's own schema, so the fields are those of its type.
        return desk.take(type, viewer, record.subject, request.body as unknown as CommandFields<typeof type>);
      },
    );
  }

  app.get<{ Params: { command_id: string } }>(
    '/commands/:command_id',
    described({
      tag,
      summary: 'What became of a command of mine',
      summary_zh: '我的一次操作有没有生效',
      roles: EVERYBODY,
      params: { command_id: { ...text, pattern: '^[A-Za-z0-9_-]{8,64}$' } },
      answer: 'CommandState',
      problems: ['not_found', 'read_model_opening'],
    }),
    async (request): Promise<CommandStateView> => {
      const viewer = viewerOf(request);
      const { command_id } = request.params;
      const author = desk.authorOf(command_id);
      const verdict = memory.verdict(command_id);
      if (author === viewer.user && verdict !== undefined) return { command_id, ...verdict };
      await freshTables(context);
      const stored = await readModel.story.command(command_id);
      const by = stored?.actor ?? author;
      if (by === undefined || (by !== viewer.user && viewer.role !== 'admin')) throw new Problem('not_found');
      return { command_id, state: stored?.state ?? 'appended', reason: stored?.reason ?? null };
    },
  );

  deliveryRoute(app, context);
}

/** Content name: the reducer knows a report again whichever way it came. */
function deliveryId(order_id: string, channel: string, attempt: number, status: string): string {
  return createHash('sha256').update([order_id, channel, attempt, status].join('|')).digest('hex').slice(0, 32);
}

interface DeliveryBody {
  readonly order_id: string;
  readonly status: 'delivered' | 'read';
  readonly device: string;
  readonly channel?: 'sse' | 'web_push';
}

/** Only the device itself says that something arrived. */
function deliveryRoute(app: FastifyInstance, context: ConsoleContext): void {
  const { desk, now } = context;
  const body = {
    type: 'object',
    additionalProperties: false,
    required: ['order_id', 'status', 'device'],
    properties: {
      order_id: { ...text, pattern: '^[0-9a-f]{32}$' },
      status: oneOf(['delivered', 'read']),
      device: { ...text, minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9._-]+$' },
      channel: oneOf(['sse', 'web_push'], 'default: sse'),
    },
  };
  app.post<{ Body: DeliveryBody }>(
    '/deliveries',
    described({
      tag: 'officer',
      summary: 'The device reports that an order arrived, or was read',
      summary_zh: '手机报告：指令送达、已读',
      roles: ['officer'],
      limit: 'command',
      body,
      answer: object<{ delivery_id: string; appended_at: number }>({ delivery_id: text, appended_at: time }),
      problems: ['not_found', 'not_your_order', 'not_appended', 'read_model_opening'],
    }),
    async (request) => {
      const viewer = viewerOf(request);
      const { order_id, status, device, channel = 'sse' } = request.body;
      const order = await findOrder(context, order_id);
      if (order.officer !== viewer.user) throw new Problem('not_your_order');
      const attempt = 1;
      const delivery_id = deliveryId(order_id, channel, attempt, status);
      const { subject, case_id, step, officer } = order;
      const at = now();
      const record: RecordTypes['Delivery'] = {
        delivery_id,
        subject,
        case_id,
        order_id,
        step,
        officer,
        channel,
        status,
        device,
        attempt,
        error_code: null,
        at,
        reported_by: 'device',
      };
      await desk.append('Delivery', subject, record);
      return { delivery_id, appended_at: at };
    },
  );
}
