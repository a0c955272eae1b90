import type { LiveEvent } from '../../api/views.ts';
import { createStore } from '../kit/store.ts';
import { hurry, settle } from './commands.ts';
import { observeServerTime } from './server-clock.ts';
import { liveAddress } from './api.ts';

const KINDS: ReadonlyArray<LiveEvent['kind']> = [
  'case',
  'order',
  'applied',
  'refused',
  'gone',
  'label',
  'reset',
  'time',
];
/** EventSource gives up for good on an HTTP error; then a new one is opened after this long. */
const REOPEN_MS = 3_000;
/** The server says something every 15 s. A stream that says nothing for this long is dead, whatever the browser thinks. */
const SILENT_MS = 45_000;

export const online = createStore(true);

const heard = new Set<(event: LiveEvent) => void>();
let source: EventSource | null = null;
let opened = false;

export function onLive(listener: (event: LiveEvent) => void): () => void {
  heard.add(listener);
  return () => heard.delete(listener);
}

/** Called after the stream has come back: what the page shows may be older than what the stream can resume. */
const resumed = new Set<() => void>();
export function onResumed(listener: () => void): () => void {
  resumed.add(listener);
  return () => resumed.delete(listener);
}

let heardAt = Date.now();

function take(event: LiveEvent): void {
  heardAt = Date.now();
  online.set(true);
  if (event.kind === 'reset') for (const listener of resumed) listener();
  if (event.kind === 'time') observeServerTime(event.now);
  if (event.kind === 'applied') settle(event.command_id, null);
  if (event.kind === 'refused') settle(event.command_id, event.reason);
  for (const listener of heard) listener(event);
}

function open(): void {
  source?.close();
  const stream = new EventSource(liveAddress());
  source = stream;
  stream.addEventListener('open', () => {
    const back = opened;
    opened = true;
    online.set(true);
    hurry();
    if (back) for (const listener of resumed) listener();
  });
  stream.addEventListener('error', () => {
    online.set(false);
    if (stream.readyState === EventSource.CLOSED && source === stream) setTimeout(open, REOPEN_MS);
  });
  for (const kind of KINDS) {
    stream.addEventListener(kind, (message) => take(JSON.parse((message as MessageEvent<string>).data) as LiveEvent));
  }
}

/** One stream per page. It resumes by itself from the last event it has seen. */
export function startStream(): void {
  if (source !== null) return;
  open();
  setInterval(() => {
    if (Date.now() - heardAt < SILENT_MS) return;
    heardAt = Date.now();
    online.set(false);
    open();
  }, 5_000);
  window.addEventListener('offline', () => online.set(false));
  window.addEventListener('online', () => {
    if (source?.readyState === EventSource.OPEN) online.set(true);
    else open();
  });
}
