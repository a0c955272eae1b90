import type { Settings, Values } from '@yujing/runtime';
import { PATH } from '../path.ts';
import type { Member } from './member.ts';

/** How a process is run, and what it may be told. */
export interface Runner<S extends Settings = Settings> {
  readonly settings: S;
  run(values: Values<S>): Promise<Member>;
}

interface Listed {
  readonly does: string;
  /** loads what the process needs and nothing else: a worker has no use for pages */
  load(): Promise<Runner>;
}

function runner<S extends Settings>(settings: S, run: (values: Values<S>) => Promise<Member>): Runner {
  return { settings, run: run as Runner['run'] };
}

function stage(name: string, does: string): Listed {
  return {
    does,
    async load() {
      const { runStage, STAGE_SETTINGS } = await import('./stage.ts');
      const found = PATH.find((known) => known.name === name);
      if (found === undefined) throw new RangeError(`the path has no stage ${name}`);
      return runner(STAGE_SETTINGS, (values) => runStage(found, values));
    },
  };
}

/** Every process of a cluster, in the order in which an event meets them. */
export const RUNNERS: Readonly<Record<string, Listed>> = {
  ingest: {
    does: 'a door: events by HTTP into the feed',
    async load() {
      const { DOOR_MEMBER_SETTINGS, runDoor } = await import('./door.ts');
      return runner(DOOR_MEMBER_SETTINGS, runDoor);
    },
  },
  profile: stage('profile', 'feed -> encounter: what the counterparty looks like'),
  detect: stage('detect', 'encounter -> case: what is happening to the person'),
  case: stage('case', 'case -> case: what we do about it'),
  deliver: {
    does: 'orders -> phones',
    async load() {
      const { MEMBER_SETTINGS, runDeliver } = await import('./deliver.ts');
      return runner(MEMBER_SETTINGS, runDeliver);
    },
  },
  console: {
    does: 'API, live stream and pages; counts what rules are worth',
    async load() {
      const { PAGES_SETTINGS, runPages } = await import('./pages.ts');
      return runner(PAGES_SETTINGS, runPages);
    },
  },
};
