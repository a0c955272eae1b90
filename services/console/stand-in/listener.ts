import type { LiveClient } from '../live/client.ts';
import type { Viewer } from '../api/viewer.ts';
import type { LiveEvent } from '../api/views.ts';

export interface Heard {
  readonly id: string;
  readonly event: LiveEvent;
}

/** Takes a text/event-stream apart as a browser does. */
export function parseStream(text: string): {
  readonly heard: Heard[];
  readonly lastId: string | undefined;
  readonly comments: number;
} {
  const heard: Heard[] = [];
  let lastId: string | undefined;
  let comments = 0;
  for (const block of text.split('\n\n').slice(0, -1)) {
    let data = '';
    for (const line of block.split('\n')) {
      if (line.startsWith(':')) comments += 1;
      else if (line.startsWith('id: ')) lastId = line.slice(4);
      else if (line.startsWith('data: ')) data += line.slice(6);
    }
    if (data !== '') heard.push({ id: lastId ?? '', event: JSON.parse(data) as LiveEvent });
  }
  return { heard, lastId, comments };
}

/** A client in memory that notes what it is told. */
export class Listener implements LiveClient {
  readonly viewer: Viewer;
  text = '';
  backlog = 0;
  isOpen = true;
  welcome = true;

  constructor(viewer: Viewer) {
    this.viewer = viewer;
  }

  isWelcome(): boolean {
    return this.welcome;
  }

  write(text: string): void {
    this.text += text;
  }

  async drained(): Promise<void> {}

  end(): void {
    this.isOpen = false;
  }

  get heard(): Heard[] {
    return parseStream(this.text).heard;
  }

  /** without the times that are told between */
  get news(): LiveEvent[] {
    return this.heard.map(({ event }) => event).filter(({ kind }) => kind !== 'time');
  }

  get lastId(): string {
    return parseStream(this.text).lastId ?? '';
  }
}
