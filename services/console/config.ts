import { declareSettings, setting, type Values } from '@yujing/runtime';
import type { ConsoleSettings } from './api/dependencies.ts';

const { list, text, whole } = setting;

/** What an installation may set of the console. */
export const CONSOLE_SETTINGS = declareSettings({
  hostName: list({
    doc: 'names besides localhost and addresses under which the demo may be opened',
    pattern: /^[a-z0-9.-]{1,253}$/,
    allowed: 'host names in lower case with commas between them',
    default: [],
  }),
  utcOffsetMin: whole({
    doc: 'where a day begins: minutes east of UTC',
    min: -840,
    max: 840,
    unit: 'min',
    default: 480,
  }),
  currency: text({
    doc: 'currency of sums that name none',
    pattern: /^[A-Z]{3}$/,
    allowed: 'an ISO 4217 code',
    default: 'CNY',
  }),
  liveStreams: whole({ doc: 'most live streams at a time', min: 1, max: 100_000, default: 2_000 }),
});

type FromSettings = 'hostNames' | 'utcOffsetMin' | 'currency' | 'liveStreams';

/** The settings as the console uses them. */
export function consoleSettings(
  values: Values<typeof CONSOLE_SETTINGS>,
): Required<Pick<ConsoleSettings, FromSettings>> {
  const { hostName, utcOffsetMin, currency, liveStreams } = values;
  return { hostNames: hostName, utcOffsetMin, currency, liveStreams };
}
