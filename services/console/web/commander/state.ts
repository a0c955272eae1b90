import type { BoardView } from '../../api/views.ts';
import { createStore } from '../kit/store.ts';
import { get } from '../live/api.ts';
import { serverNow } from '../live/server-clock.ts';
import { onLive, onResumed } from '../live/stream.ts';
import { stretchFrom, type Stretch } from './figures.ts';

export const board = createStore<BoardView | null>(null);
export const failed = createStore(false);
export const stretch = createStore<Stretch>('today');

export async function loadBoard(): Promise<void> {
  const asked = stretch.get();
  const now = Math.round(serverNow());
  try {
    const found = await get<BoardView>(`board?from=${stretchFrom(asked, now)}&until=${now + 1}`);
    if (stretch.get() !== asked) return;
    board.set(found);
    failed.set(false);
  } catch {
    failed.set(true);
  }
}

export function choose(next: Stretch): void {
  stretch.set(next);
  void loadBoard();
}

const SOON_MS = 800;
/** Without news the clock of the day still moves on. */
const SLOW_MS = 60_000;

/** Figures follow the live stream: many events in a row ask once. */
export function startBoard(): () => void {
  void loadBoard();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void loadBoard(), SOON_MS);
  };
  const stops = [
    onLive((event) => {
      if (event.kind === 'case' || event.kind === 'label' || event.kind === 'gone') soon();
    }),
    onResumed(soon),
  ];
  const slow = setInterval(() => void loadBoard(), SLOW_MS);
  return () => {
    clearInterval(slow);
    stops.forEach((stop) => stop());
  };
}
