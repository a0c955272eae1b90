import {
  consoleSettings,
  openConsole,
  type CONSOLE_SETTINGS,
  type Console,
  type ConsoleOptions,
} from '@yujing/console';
import type { IdentityReader } from '@yujing/ingest';
import type { Learn } from '@yujing/learn';
import type { Broker, Codec, Values } from '@yujing/runtime';
import { adviceOf, SCAM_TYPE_SYMBOLS } from '@yujing/schemas';
import type { ChangeStations } from './stations.ts';

export interface PageSettings extends Values<typeof CONSOLE_SETTINGS> {
  readonly demo: boolean;
  readonly clock: 'wall' | 'door';
  readonly tlsCert: string | null;
}

export interface PageParts extends Pick<ConsoleOptions, 'openDatabase' | 'openAudit' | 'installation'> {
  readonly broker: Broker;
  readonly codec: Codec;
  readonly identity: IdentityReader;
  readonly learn: Learn;
  readonly stations: ChangeStations;
  readonly now: () => number;
  readonly metrics: NonNullable<ConsoleOptions['metrics']>;
  readonly dataFolder: string;
  readonly failed: (part: string, error: unknown) => void;
}

/** The console over whatever broker, vault and database the process has. */
export function openPages(settings: PageSettings, parts: PageParts): Promise<Console> {
  const { identity, learn, stations, now, dataFolder, ...rest } = parts;
  return openConsole({
    ...rest,
    clock: { now },
    identity: { masked: (subject) => identity.masked(subject), clear: (subject) => identity.clear(subject) },
    precision: learn,
    advice: (key) => adviceOf(SCAM_TYPE_SYMBOLS.find((symbol) => symbol === key) ?? 'other'),
    stations,
    settings: {
      demo: settings.demo,
      demoPeople: settings.demo ? stations.demoPeople() : [],
      clock: settings.clock,
      dataFolder,
      secureCookie: settings.tlsCert !== null,
      ...consoleSettings(settings),
    },
  });
}
