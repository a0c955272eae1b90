const WIDTH = 24;

export interface ProgressLine {
  show(what: string, done: number, total: number): void;
  end(): void;
}

/** A bar on the terminal of whoever waits; nothing where nobody looks. */
export function progressLine(wanted: boolean): ProgressLine {
  const { stderr } = process;
  const live = wanted && stderr.isTTY;
  return {
    show(what, done, total) {
      if (!live) return;
      const filled = Math.round((WIDTH * done) / Math.max(1, total));
      stderr.write(`\r[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${done}/${total} ${what}\u001b[K`);
    },
    end: () => void (live ? stderr.write('\r\u001b[K') : undefined),
  };
}
