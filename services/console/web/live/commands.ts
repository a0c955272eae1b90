import type { Bilingual, CommandStateView } from '../../api/views.ts';
import { createStore } from '../kit/store.ts';
import { asProblem, call, get } from './api.ts';
import { add, appended, failed, hurried, nextToSend, reloaded, settled, untouched } from './queue.ts';
import type { Queue, QueuedCommand } from './queue.ts';
import { knowsTime, serverNow } from './server-clock.ts';
import { readStored, writeStored } from './stored.ts';

/** Why a command came to nothing: a reason of the server's closed list, or the words of its problem. */
export interface Refusal {
  readonly command: QueuedCommand;
  readonly reason: string;
  readonly detail: Bilingual | null;
}

export const queue = createStore<Queue>([]);
/** false: this device cannot store, so what is not sent is lost with the page */
export const storing = createStore(true);

const ASK_AFTER_MS = 4_000;

let user: string | null = null;
let sending: string | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
const refusalHeard = new Set<(refusal: Refusal) => void>();
const appendedHeard = new Set<(command: QueuedCommand) => void>();
const appliedHeard = new Set<(command: QueuedCommand) => void>();

const keyOf = (name: string): string => `yujing.${name}.${user ?? ''}`;

/** Read, change, write in one go: another tab of the same person may have added something. */
function update(by: (queue: Queue) => Queue): void {
  const inMemory = queue.get();
  const stored = readStored<Queue>(keyOf('queue')) ?? [];
  const merged = stored.reduce<Queue>((all, entry) => (entry.state === 'stored' ? add(all, entry) : all), inMemory);
  const next = by(merged);
  queue.set(next);
  storing.set(writeStored(keyOf('queue'), reloaded(next)));
}

/** Commands belong to a person: nobody sends what another has tapped on the same device. */
export function startCommands(of: string): void {
  if (user === of) return;
  user = of;
  queue.set([]);
  update(reloaded);
  window.addEventListener('online', hurry);
  void run();
}

export function hurry(): void {
  if (user === null) return;
  update(hurried);
  void run();
}

function nextSequence(): number {
  const next = (readStored<number>(keyOf('sequence')) ?? 0) + 1;
  writeStored(keyOf('sequence'), next);
  return next;
}

export interface NewCommand {
  readonly path: string;
  readonly case_id: string | null;
  readonly body: Readonly<Record<string, unknown>>;
  readonly label: string;
  readonly step?: string | null;
  readonly by_hand?: boolean;
}

/** Stored first, sent second. Returns the id, by which it can be taken back. */
export function send(command: NewCommand): string {
  const command_id = crypto.randomUUID();
  const client_at = Math.round(serverNow());
  const client_seq = nextSequence();
  const by_hand = command.by_hand ?? true;
  const own = { command_id, case_id: command.case_id, client_seq, ...(knowsTime() ? { client_at } : {}) };
  const body = by_hand ? { ...command.body, ...own } : command.body;
  const entry: QueuedCommand = {
    command_id,
    path: command.path,
    case_id: command.case_id,
    body,
    client_at,
    client_seq,
    by_hand,
    label: command.label,
    step: command.step ?? null,
    state: 'stored',
    tries: 0,
    retry_at: 0,
  };
  update((old) => add(old, entry));
  void run();
  return command_id;
}

/** true: it had not left the device and is gone without a trace */
export function forget(command_id: string): boolean {
  if (sending === command_id || !untouched(queue.get(), command_id)) return false;
  update((old) => settled(old, command_id));
  return true;
}

/** The live stream says what became of a command. */
export function settle(command_id: string, reason: string | null): void {
  const entry = queue.get().find((each) => each.command_id === command_id);
  if (!entry) return;
  // Whoever shows the step takes it over before it leaves the queue: the case itself may be long in coming.
  if (reason === null) for (const heard of appliedHeard) heard(entry);
  update((old) => settled(old, command_id));
  if (reason !== null) for (const heard of refusalHeard) heard({ command: entry, reason, detail: null });
}

export function onRefusal(heard: (refusal: Refusal) => void): () => void {
  refusalHeard.add(heard);
  return () => refusalHeard.delete(heard);
}

export function onApplied(heard: (command: QueuedCommand) => void): () => void {
  appliedHeard.add(heard);
  return () => appliedHeard.delete(heard);
}

export function onAppended(heard: (command: QueuedCommand) => void): () => void {
  appendedHeard.add(heard);
  return () => appendedHeard.delete(heard);
}

async function run(): Promise<void> {
  if (sending !== null || user === null) return;
  clearTimeout(timer);
  const next = nextToSend(queue.get(), Date.now());
  if (next === null) return;
  if ('wait_until' in next) {
    timer = setTimeout(() => void run(), Math.max(50, next.wait_until - Date.now()));
    return;
  }
  sending = next.send.command_id;
  await sendOne(next.send);
  sending = null;
  void run();
}

async function sendOne(entry: QueuedCommand): Promise<void> {
  try {
    await call('POST', entry.path, entry.body);
    update((old) => appended(old, entry.command_id));
    for (const heard of appendedHeard) heard(entry);
    if (entry.by_hand) setTimeout(() => void askWhatBecame(entry.command_id), ASK_AFTER_MS);
  } catch (error) {
    const problem = asProblem(error);
    // signed out: the command waits for the same person to come back
    if (problem.passing || problem.status === 401) {
      update((old) => failed(old, entry.command_id, Date.now()));
      return;
    }
    update((old) => settled(old, entry.command_id));
    if (!entry.by_hand) return;
    for (const heard of refusalHeard) heard({ command: entry, reason: problem.code, detail: problem.detail });
  }
}

/** The stream may have missed the verdict: then it is asked for. */
async function askWhatBecame(command_id: string): Promise<void> {
  if (!queue.get().some((entry) => entry.command_id === command_id)) return;
  try {
    const { state, reason } = await get<CommandStateView>(`commands/${command_id}`);
    if (state !== 'appended') return settle(command_id, state === 'refused' ? (reason ?? 'other') : null);
  } catch {
    // asked again below
  }
  setTimeout(() => void askWhatBecame(command_id), ASK_AFTER_MS);
}
