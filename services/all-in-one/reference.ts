import { dirname } from 'node:path';
import { CONSOLE_METRICS, CONSOLE_SETTINGS } from '@yujing/console';
import { DELIVER_METRICS } from '@yujing/deliver';
import { DOOR_METRICS, DOOR_SETTINGS } from '@yujing/ingest';
import { ENGINE_METRICS, errorsDocument, LOOP_METRICS, metricsDocument, settingsDocument } from '@yujing/runtime';
import { OWN_SETTINGS } from './own-settings.ts';
import { packageFolder } from './package-file.ts';

/** The project's root. */
export const root = dirname(dirname(packageFolder));

/** The generated pages of docs/reference: file name -> text. */
export function references(): Readonly<Record<string, string>> {
  return {
    'errors.md': errorsDocument(),
    'settings.md': settingsDocument([
      { title: 'yujing start', settings: OWN_SETTINGS },
      { title: 'The door', settings: DOOR_SETTINGS },
      { title: 'The console', settings: CONSOLE_SETTINGS },
    ]),
    'metrics.md': metricsDocument([
      { title: 'Run loop', metrics: LOOP_METRICS },
      { title: 'Embedded engine', metrics: ENGINE_METRICS },
      { title: 'The door', metrics: DOOR_METRICS },
      { title: 'Pushes', metrics: DELIVER_METRICS },
      { title: 'The console', metrics: CONSOLE_METRICS },
    ]),
  };
}
