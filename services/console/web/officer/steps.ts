import type { CaseView } from '../../api/views.ts';
import type { Queue } from '../live/queue.ts';

/** The status row: 接单 出发 到门口 见面 办结. */
export const STEPS = ['accept', 'en_route', 'on_site', 'with_person', 'done'] as const;
export type Step = (typeof STEPS)[number];

export interface StepView {
  readonly step: Step;
  readonly state: 'done' | 'next' | 'later';
  readonly at: number | null;
  /** tapped, stored on this device, not at the server yet */
  readonly unsent: boolean;
}

type Times = Pick<CaseView, 'acked_at' | 'en_route_at' | 'on_site_at' | 'met_at' | 'outcome_at'>;
const FIELD: Readonly<Record<Step, keyof Times>> = {
  accept: 'acked_at',
  en_route: 'en_route_at',
  on_site: 'on_site_at',
  with_person: 'met_at',
  done: 'outcome_at',
};

const isStep = (name: string | null): name is Step => (STEPS as ReadonlyArray<string | null>).includes(name);

/** What the person has tapped is shown at once, with the device's time, until the server's own time replaces it. */
export function withPending<T extends Times>(view: T, case_id: string, queue: Queue): T {
  let times: Times = view;
  for (const command of queue) {
    if (command.case_id !== case_id || !isStep(command.step)) continue;
    const field = FIELD[command.step];
    const undone = command.body['action'] === 'undo';
    times = { ...times, [field]: undone ? null : (times[field] ?? command.client_at) };
  }
  return { ...view, ...times };
}

export function stepsOf(view: Times, case_id: string, queue: Queue): StepView[] {
  const last = STEPS.reduce((found, step, index) => (view[FIELD[step]] === null ? found : index), -1);
  return STEPS.map((step, index) => ({
    step,
    state: index <= last ? 'done' : index === last + 1 ? 'next' : 'later',
    at: view[FIELD[step]],
    unsent: queue.some(
      (each) => each.case_id === case_id && each.step === step && each.state === 'stored' && each.by_hand,
    ),
  }));
}
