/**
 * Commands of this device, in the order they were tapped. Pure: storing, sending and retrying are done in `commands.ts`.
 * A command leaves the queue when the live stream says what became of it, or when the server refuses it for good.
 */
export interface QueuedCommand {
  readonly command_id: string;
  /** below /api */
  readonly path: string;
  readonly case_id: string | null;
  readonly body: Readonly<Record<string, unknown>>;
  readonly client_at: number;
  readonly client_seq: number;
  /** what a person did, as opposed to what the device reports by itself */
  readonly by_hand: boolean;
  /** key of the words that name it on the screen */
  readonly label: string;
  /** the step it takes or takes back, to be shown before the server has answered */
  readonly step: string | null;
  readonly state: 'stored' | 'appended';
  readonly tries: number;
  readonly retry_at: number;
}

export type Queue = readonly QueuedCommand[];

const RETRY_MS = [1_000, 2_000, 4_000, 8_000, 15_000] as const;

/**
 * The next command to send now, or the time to look again. What a person did goes first and strictly in order:
 * while its first waits for a retry, nothing overtakes it.
 */
export function nextToSend(queue: Queue, now: number): { send: QueuedCommand } | { wait_until: number } | null {
  const stored = queue.filter((entry) => entry.state === 'stored');
  const first = stored.find((entry) => entry.by_hand);
  if (first && first.retry_at <= now) return { send: first };
  const report = stored.find((entry) => !entry.by_hand && entry.retry_at <= now);
  if (report) return { send: report };
  const waits = stored.map((entry) => entry.retry_at);
  return waits.length === 0 ? null : { wait_until: Math.min(...(first ? [first.retry_at] : waits)) };
}

const change = (queue: Queue, id: string, by: (entry: QueuedCommand) => QueuedCommand): Queue =>
  queue.map((entry) => (entry.command_id === id ? by(entry) : entry));

export function add(queue: Queue, command: QueuedCommand): Queue {
  return queue.some((entry) => entry.command_id === command.command_id) ? queue : [...queue, command];
}

export function failed(queue: Queue, id: string, now: number): Queue {
  return change(queue, id, (entry) => ({
    ...entry,
    tries: entry.tries + 1,
    retry_at: now + (RETRY_MS[Math.min(entry.tries, RETRY_MS.length - 1)] ?? 15_000),
  }));
}

/** What the device reports by itself has nothing more to wait for; a person's command waits for `applied` or `refused`. */
export function appended(queue: Queue, id: string): Queue {
  return change(queue, id, (entry) => ({ ...entry, state: 'appended' as const })).filter(
    (entry) => entry.by_hand || entry.state === 'stored',
  );
}

export function settled(queue: Queue, id: string): Queue {
  return queue.filter((entry) => entry.command_id !== id);
}

/** The network is back: nothing waits for its retry time any longer. */
export function hurried(queue: Queue): Queue {
  return queue.map((entry) => (entry.retry_at === 0 ? entry : { ...entry, retry_at: 0 }));
}

/** After a reload only what was never answered is kept: what was appended is in the server's answers. */
export function reloaded(queue: Queue): Queue {
  return queue.filter((entry) => entry.state === 'stored');
}

/** A tap that never left the device can be taken back without a trace. */
export function untouched(queue: Queue, id: string): boolean {
  return queue.some((entry) => entry.command_id === id && entry.state === 'stored' && entry.tries === 0);
}

export const unsent = (queue: Queue): Queue => queue.filter((entry) => entry.by_hand && entry.state === 'stored');
