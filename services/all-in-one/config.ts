import { CONSOLE_SETTINGS } from '@yujing/console';
import { DOOR_SETTINGS } from '@yujing/ingest';
import { declareSettings } from '@yujing/runtime';
import { OWN_SETTINGS } from './own-settings.ts';

/** What `yujing start` may be told: by flag, environment variable or file. */
export const START_SETTINGS = declareSettings({ ...OWN_SETTINGS, ...DOOR_SETTINGS, ...CONSOLE_SETTINGS });
