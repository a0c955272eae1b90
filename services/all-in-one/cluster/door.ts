import { join } from 'node:path';
import {
  DOOR_METRICS,
  DOOR_SETTINGS,
  doorMetrics,
  doorSettings,
  openDoor,
  openKeys,
  openPostgresIdentity,
  openUpstreamSource,
  UPSTREAM_METRICS,
  UPSTREAM_SETTINGS,
} from '@yujing/ingest';
import { createMetrics, declareSettings, setting, type Values } from '@yujing/runtime';
import { buildApp, closeApp, listen } from '../http.ts';
import { announced, keysFile, MEMBER_METRICS, openBase, opening, openSql, turning, type Member } from './member.ts';
import { SERVED_SETTINGS } from './member-settings.ts';

export const DOOR_MEMBER_SETTINGS = declareSettings({
  ...SERVED_SETTINGS,
  clock: setting.choice({
    doc: 'wall: live. door: time moves with the events (files, tests), and nobody answers',
    choices: ['wall', 'door'],
    default: 'wall',
  }),
  ...DOOR_SETTINGS,
  ...UPSTREAM_SETTINGS,
});

/** A door: events by HTTP, and from an upstream topic when one is named. Each door has an id and a folder of its own. */
export async function runDoor(values: Values<typeof DOOR_MEMBER_SETTINGS>): Promise<Member> {
  const figures = createMetrics({ ...MEMBER_METRICS, ...DOOR_METRICS, ...UPSTREAM_METRICS }, { process: true });
  const base = await openBase('ingest', values, figures);
  return opening(base, async () => {
    const { opened, broker, codec, dataFolder, logger, fail } = base;
    const keys = openKeys(keysFile(values), { create: false });
    const settings = doorSettings(values, values.demo);
    const database = await openSql(base);
    const identity = await openPostgresIdentity({ database, installation: values.installation, keys });
    const door = await openDoor({
      dataFolder: join(dataFolder, 'doors', values.doorId),
      apiKeysFolder: dataFolder,
      keys,
      broker,
      codec,
      clock: values.clock,
      identity,
      settings,
      metrics: doorMetrics(figures),
    });
    opened.add(door, (it) => it.close());
    const source = openUpstreamSource({
      settings: values,
      cluster: values,
      clientId: `${values.installation}-upstream-${process.pid}`,
      entrance: door.entrance,
      door: settings,
      metrics: figures,
      log: (level, message, facts) => logger[level](facts, message),
    });
    if (source !== undefined) {
      opened.add(source, (it) => it.close());
      source.done.catch(fail);
    }
    const app = buildApp({ tls: values, door });
    opened.add(app, (it) => closeApp(it));
    const url = await listen(app, values);
    turning(base);
    return announced(base, () => figures.text(), url);
  });
}
