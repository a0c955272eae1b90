import { useEffect, useState } from 'preact/hooks';
import { createStore, useStore } from './store.ts';

export interface ToastAction {
  readonly words: string;
  readonly run: () => void;
}

export interface ToastContent {
  readonly words: string;
  readonly actions: readonly ToastAction[];
  /** shown with the seconds that are left */
  readonly counting: boolean;
  readonly until: number;
}

export const UNDO_MS = 10_000;
const PLAIN_MS = 6_000;

/** One at a time: a new fact replaces the one before. */
const toast = createStore<ToastContent | null>(null);

export function showToast(
  words: string,
  actions: readonly ToastAction[] = [],
  counting = false,
  stays_ms?: number,
): void {
  toast.set({ words, actions, counting, until: Date.now() + (stays_ms ?? (counting ? UNDO_MS : PLAIN_MS)) });
}

export function hideToast(): void {
  toast.set(null);
}

export function ToastSlot() {
  const shown = useStore(toast);
  const [, redraw] = useState(0);
  useEffect(() => {
    if (shown === null) return undefined;
    // by the device's own clock: it runs on, also where the server's time stands still
    const timer = setInterval(() => {
      if (shown.until <= Date.now() && toast.get() === shown) toast.set(null);
      redraw((count) => count + 1);
    }, 250);
    return () => clearInterval(timer);
  }, [shown]);
  const left = shown === null ? 0 : Math.max(0, Math.ceil((shown.until - Date.now()) / 1_000));
  return (
    <div class="toast-slot" role="status" aria-live="polite">
      {shown === null ? null : (
        <div class="toast" data-testid="toast">
          <span>{shown.words}</span>
          {shown.actions.map((action) => (
            <button
              key={action.words}
              type="button"
              data-testid="toast-action"
              onClick={() => {
                hideToast();
                action.run();
              }}
            >
              {action.words}
              {shown.counting ? <span class="num"> {left}</span> : null}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
