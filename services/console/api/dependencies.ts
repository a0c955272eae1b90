import type { Broker, Codec, FollowerOptions, StampEntry } from '@yujing/runtime';
import type { AnyRecord } from '../live/records.ts';
import type { Bilingual, MaskedPerson, OddsView, OpenedPerson, PrecisionRow, Role } from './views.ts';

/** Newest (offset, index) taken per origin: the form in which a commit keeps stamps. */
export type Stamps = readonly StampEntry[];

/** Records past the stamp filter, with the position and stamps that follow them: the three are stored together. */
export interface Followed {
  readonly records: readonly AnyRecord[];
  readonly position: number;
  readonly stamps: Stamps;
}

/** Reads one partition past the stamp filter, at the durable horizon. `poll` waits shortly when nothing is there. */
export interface Follower {
  poll(max: number): Promise<Followed>;
  close(): Promise<void>;
}

/** `createFollower` of the runtime; a test may stand something else in its place. */
export type Follow = (from: FollowerOptions) => Promise<Follower>;

/** The vault and the directory, behind which names live. Masks are made per answer and never stored. */
export interface IdentityReader {
  /** null: nobody knows this subject */
  masked(subject: string): Promise<MaskedPerson | null>;
  /** clear text; asked only after the `Opened` record stands */
  clear(subject: string): Promise<OpenedPerson | null>;
  /** subjects that a clear number, account or name of the register stands for; absent: no such search */
  find?(text: string): Promise<readonly string[]>;
}

/** What `learn` knows of rules. */
export interface PrecisionReader {
  precisionRows(): readonly PrecisionRow[];
  /** of `rule@version` or a scam type */
  odds(of: string): OddsView;
}

export interface Advice {
  readonly say: readonly Bilingual[];
  readonly check: readonly Bilingual[];
  readonly never: Bilingual;
}

export interface PrecinctName {
  readonly code: string;
  readonly name: Bilingual;
  /** as a lock screen may show it */
  readonly area: Bilingual;
}

/** Roster and precincts as they stand now. */
export interface Stations {
  precincts(): readonly PrecinctName[];
  /** undefined: not on the roster */
  shift(user: string, now: number): { readonly on_duty: boolean; readonly until: number | null } | undefined;
}

/** Somebody whom the demo lets in without a password. */
export interface DemoPerson {
  readonly user: string;
  readonly role: Role;
  readonly precinct: string | null;
}

export interface ConsoleSettings {
  /** true: roles may be chosen without a password */
  readonly demo: boolean;
  readonly demoPeople?: readonly DemoPerson[];
  readonly clock: 'wall' | 'door';
  /** read model, audit and session key live here */
  readonly dataFolder: string;
  /** host names besides localhost and addresses under which the demo may be opened (DNS rebinding) */
  readonly hostNames?: readonly string[];
  /** true behind TLS: the cookie is then `Secure` */
  readonly secureCookie?: boolean;
  /** where a day begins: minutes east of UTC */
  readonly utcOffsetMin?: number;
  readonly currency?: string;
  /** most live streams at a time */
  readonly liveStreams?: number;
}

/** Everything the console needs from outside. Stages never import each other: the process that runs them passes this. */
export interface ConsoleDependencies {
  /** the outside face: appends resolve when durable, readers end at the durable horizon */
  readonly broker: Broker;
  readonly codec: Codec;
  readonly follow?: Follow;
  /** time of commands and of deadlines; the door's time in `clock: door` */
  readonly clock: { now(): number };
  /** time of sessions and limits: always the machine's */
  readonly machineNow?: () => number;
  readonly identity: IdentityReader;
  readonly precision: PrecisionReader;
  readonly advice: (advice_key: string) => Advice;
  readonly stations: Stations;
  readonly settings: ConsoleSettings;
}
