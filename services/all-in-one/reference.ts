import { dirname } from 'node:path';
import { CONSOLE_METRICS, CONSOLE_SETTINGS } from '@yujing/console';
import { DELIVER_METRICS } from '@yujing/deliver';
import { DOOR_METRICS, DOOR_SETTINGS, UPSTREAM_METRICS } from '@yujing/ingest';
import {
  ENGINE_METRICS,
  errorsDocument,
  KAFKA_METRICS,
  LOOP_METRICS,
  metricsDocument,
  REDIS_METRICS,
  settingsDocument,
  type Settings,
} from '@yujing/runtime';
import { DOOR_MEMBER_SETTINGS } from './cluster/door.ts';
import { MEMBER_SETTINGS, STAGE_SETTINGS } from './cluster/member-settings.ts';
import { PAGES_SETTINGS } from './cluster/pages.ts';
import { SETUP_SETTINGS } from './cluster/setup-settings.ts';
import { RESTORE_SETTINGS, SNAPSHOT_SETTINGS } from './cluster/snapshot-settings.ts';
import { OWN_SETTINGS } from './own-settings.ts';
import { packageFolder } from './package-file.ts';

/** The project's root. */
export const root = dirname(dirname(packageFolder));

/** What a command has beyond what every process of a cluster has, and beyond groups told elsewhere. */
function ownOf(settings: Settings, ...told: readonly Settings[]): Settings {
  const known = new Set([MEMBER_SETTINGS, ...told].flatMap((group) => Object.keys(group)));
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !known.has(name)));
}

/** The generated pages of docs/reference: file name -> text. */
export function references(): Readonly<Record<string, string>> {
  return {
    'errors.md': errorsDocument(),
    'settings.md': settingsDocument([
      { title: 'yujing start', settings: OWN_SETTINGS },
      { title: 'The door', settings: DOOR_SETTINGS },
      { title: 'The console', settings: CONSOLE_SETTINGS },
      { title: 'yujing run STAGE: every process of a cluster', settings: MEMBER_SETTINGS },
      { title: 'yujing run profile, detect, case, besides', settings: ownOf(STAGE_SETTINGS) },
      {
        title: 'yujing run ingest, besides (with those of the door)',
        settings: ownOf(DOOR_MEMBER_SETTINGS, DOOR_SETTINGS),
      },
      {
        title: 'yujing run console, besides (with those of the console)',
        settings: ownOf(PAGES_SETTINGS, CONSOLE_SETTINGS),
      },
      { title: 'yujing setup, besides', settings: ownOf(SETUP_SETTINGS) },
      { title: 'yujing snapshot, besides', settings: ownOf(SNAPSHOT_SETTINGS) },
      { title: 'yujing restore, besides', settings: ownOf(RESTORE_SETTINGS) },
    ]),
    'metrics.md': metricsDocument([
      { title: 'Run loop', metrics: LOOP_METRICS },
      { title: 'Embedded engine', metrics: ENGINE_METRICS },
      { title: 'Kafka', metrics: KAFKA_METRICS },
      { title: 'Redis', metrics: REDIS_METRICS },
      { title: 'The door', metrics: DOOR_METRICS },
      { title: 'An upstream topic', metrics: UPSTREAM_METRICS },
      { title: 'Pushes', metrics: DELIVER_METRICS },
      { title: 'The console', metrics: CONSOLE_METRICS },
    ]),
  };
}
