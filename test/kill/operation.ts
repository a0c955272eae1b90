import type { DoorEvent, RegisterEntry } from '@yujing/simulator';
import type { Command } from './people.ts';

/** One thing that somebody outside does, and waits for the answer. What is not answered is done again, word for word. */
export type Operation =
  | { readonly kind: 'persons'; readonly persons: readonly RegisterEntry[] }
  | { readonly kind: 'events'; readonly events: readonly DoorEvent[] }
  | { readonly kind: 'clock'; readonly until: number }
  | { readonly kind: 'command'; readonly command: Command };

/** The process is gone, or never answered: whether anything of it took effect is not known. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';
}

/** An answer that no repeat makes better. */
export class Rejected extends Error {
  override readonly name = 'Rejected';
  readonly status: number;

  constructor(what: string, status: number, text: string) {
    super(`${what}: ${status} ${text.slice(0, 500)}`);
    this.status = status;
  }
}
