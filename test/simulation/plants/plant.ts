import type { Broker, EmbeddedEngine, Heads, LoopRules, Publisher, PublisherOptions, Store } from '@yujing/runtime';
import type { Fault } from '../model/faults.ts';
import type { ModelStore } from '../model/model-store.ts';
import type { SimProcess } from '../model/process.ts';
import type { RealStages } from '../real/stages.ts';
import type { ToyStages } from '../toy/scenario.ts';

/** A bug put in from outside: another small strategy, stage or port in the place of ours. No product code knows of it. */
export interface Plant {
  /** number of the rule of design section 4 and what is wrong */
  readonly name: string;
  /** faults without which it would not show */
  readonly always?: readonly Fault[];
  /** faults that would hide it or are not meant by it */
  readonly never?: readonly Fault[];
  /** stages whose outputs and state an undisturbed replay cannot say, because the bug is that they do not follow from the log */
  readonly notReplayable?: readonly string[];
  readonly heartbeatMs?: number;
  readonly rules?: Partial<LoopRules>;
  readonly stages?: ToyStages;
  /** the same bug put into the stages that ship */
  readonly realStages?: RealStages;
  readonly createPublisher?: (options: PublisherOptions) => Publisher;
  readonly wrapBroker?: (broker: Broker, process: SimProcess) => Broker;
  /** what everybody but the path sees of the embedded engine */
  readonly wrapEngine?: (engine: EmbeddedEngine) => Broker;
  /** new ids and store of one process */
  readonly wrapStore?: (store: Store, world: PlantedStore) => { readonly store: Store; readonly newId?: () => string };
}

export interface PlantedStore {
  readonly process: SimProcess;
  readonly model: ModelStore;
  readonly heads: Heads;
}

export const NOTHING_PLANTED: Plant = { name: 'all rules' };
