/** Why a process is not alive, not ready or not started: a closed list, shown in the answer and counted nowhere else. */
export type HealthReason =
  | 'no_progress'
  | 'event_loop_held'
  | 'state_not_loaded'
  | 'not_assigned'
  | 'catching_up'
  | 'store_unreachable'
  | 'broker_unreachable'
  | 'database_unreachable'
  | 'clock_off'
  | 'disk_full'
  | 'stopping';

/** What an HTTP server sends, whichever it is. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly contentType: string;
}

export interface HealthOptions {
  /** without a turn of the own loop for so long: not alive */
  readonly stallLimitMs: number;
  /** ms; any clock that only goes forward */
  readonly now?: () => number;
}

export interface Health {
  /** the own loop made a turn; called also when there was nothing to do */
  progress(): void;
  /** the state is loaded */
  started(): void;
  /** Asked at every /readyz: the reason why not, or undefined. The last answer of a slow thing, not a call to it. */
  ready(check: () => HealthReason | undefined): void;
  /** Own progress and the event loop only: what a restart would cure. A broker that is away is no reason to be killed. */
  livez(): Answer;
  /** assigned, caught up, store and broker there: what may be sent work */
  readyz(): Answer;
  startedz(): Answer;
  close(): void;
}

const LAG_EVERY_MS = 250;

export function createHealth({ stallLimitMs, now = () => performance.now() }: HealthOptions): Health {
  const checks: Array<() => HealthReason | undefined> = [];
  let progressedAt = now();
  let isStarted = false;
  let tickedAt = now();
  let heldMs = 0;
  let heldAt = now();
  // A timer that comes late says how long the event loop was held; while it is held nobody can be answered.
  const timer = setInterval(() => {
    const late = now() - tickedAt - LAG_EVERY_MS;
    tickedAt = now();
    if (late < heldMs && tickedAt - heldAt < stallLimitMs) return;
    heldMs = late;
    heldAt = tickedAt;
  }, LAG_EVERY_MS);
  timer.unref();
  return {
    progress: () => (progressedAt = now()),
    started: () => (isStarted = true),
    ready: (check) => checks.push(check),
    livez() {
      const reasons: HealthReason[] = [];
      if (now() - progressedAt > stallLimitMs) reasons.push('no_progress');
      if (Math.max(heldMs, now() - tickedAt - LAG_EVERY_MS) > stallLimitMs) reasons.push('event_loop_held');
      return answer(reasons);
    },
    readyz() {
      const reasons = checks.map((check) => check()).filter((reason) => reason !== undefined);
      return answer(isStarted ? reasons : ['state_not_loaded', ...reasons]);
    },
    startedz: () => answer(isStarted ? [] : ['state_not_loaded']),
    close: () => clearInterval(timer),
  };
}

function answer(reasons: readonly HealthReason[]): Answer {
  const ok = reasons.length === 0;
  return {
    status: ok ? 200 : 503,
    body: JSON.stringify({ ok, reasons: [...new Set(reasons)] }),
    contentType: 'application/json; charset=utf-8',
  };
}
