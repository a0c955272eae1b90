import { randomUUID } from 'node:crypto';
import { CONSOLE_METRICS, CONSOLE_SETTINGS, postgresAudit } from '@yujing/console';
import { createIdentityReader, openKeys, openPostgresIdentity } from '@yujing/ingest';
import {
  createMetrics,
  declareSettings,
  openChangeView,
  systemClock,
  type Database,
  type Values,
} from '@yujing/runtime';
import { openLearn } from '@yujing/learn';
import { buildApp, closeApp, listen } from '../http.ts';
import { openPages } from '../pages.ts';
import { ChangeStations } from '../stations.ts';
import { announced, keysFile, MEMBER_METRICS, openBase, opening, openSql, openState, type Member } from './member.ts';
import { SERVED_SETTINGS } from './member-settings.ts';

export const PAGES_SETTINGS = declareSettings({ ...SERVED_SETTINGS, ...CONSOLE_SETTINGS });

const BEAT_EVERY_MS = 1_000;

/** The console: API, live stream, pages. Several may run; each follows `case` itself, all share the tables. */
export async function runPages(values: Values<typeof PAGES_SETTINGS>): Promise<Member> {
  const figures = createMetrics({ ...MEMBER_METRICS, ...CONSOLE_METRICS }, { process: true });
  const base = await openBase('console', values, figures);
  return opening(base, async () => {
    const { opened, broker, codec, health, dataFolder, logger, fail } = base;
    const failed = (part: string, error: unknown): void =>
      logger.error({ err: error, part }, 'a part failed and is tried again');
    const keys = openKeys(keysFile(values), { create: false });
    const store = await openState(base, figures);
    const { installation } = values;
    const open = (): Promise<Database> => openSql(base);
    const database = await open();
    const { vault } = opened.add(await openPostgresIdentity({ database, installation, keys }), (it) => it.close());
    const view = opened.add(await openChangeView(broker, codec), (it) => it.close());
    view.follow().catch(fail);
    const stations = await ChangeStations.open(view, (error) => failed('stations', error));
    const learn = opened.add(openLearn({ broker, codec, failed: (error) => failed('learn', error) }), (it) =>
      it.close(),
    );
    await learn.ready;
    const parts = { broker, codec, identity: createIdentityReader(vault), learn, stations, dataFolder, failed };
    const pages = await openPages(
      { ...values, clock: 'wall' },
      {
        ...parts,
        now: systemClock().now,
        metrics: figures,
        installation,
        openDatabase: open,
        openAudit: postgresAudit({ open, installation, failed: (error) => failed('audit', error) }),
      },
    );
    opened.add(pages, (it) => it.close());
    // Who has a page open here: deliver says `sent` by it.
    const consoleId = randomUUID();
    opened.add(consoleId, (id) => store.presence.leave(id));
    const beat = setInterval(() => {
      health.progress();
      store.presence.beat(consoleId, pages.context.hub.users).catch((error: unknown) => failed('presence', error));
    }, BEAT_EVERY_MS).unref();
    opened.add(beat, clearInterval);
    const app = buildApp({ tls: values, console: pages });
    opened.add(app, (it) => closeApp(it, pages));
    const url = await listen(app, values);
    await pages.ready;
    return announced(base, () => figures.text(), url);
  });
}
