/** What a command may touch besides files: the lead's `yujing` gives the terminal, tests give arrays. */
export interface CommandIo {
  /** to standard output */
  readonly write: (text: string) => void;
  /** to standard error */
  readonly error: (text: string) => void;
  readonly cwd: string;
  readonly color: boolean;
  /** somebody watches: progress is shown */
  readonly interactive: boolean;
  /** YYYY-MM-DD */
  readonly today: string;
}

/** The terminal of this process. */
export function terminalIo(): CommandIo {
  return {
    write: (text) => void process.stdout.write(text),
    error: (text) => void process.stderr.write(text),
    cwd: process.cwd(),
    color: process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined,
    interactive: process.stderr.isTTY === true,
    today: new Date().toISOString().slice(0, 10),
  };
}

/** A line that is written over, and gone when the work is done. */
export class Progress {
  readonly #io: CommandIo;
  #shown = 0;

  constructor(io: CommandIo) {
    this.#io = io;
  }

  show(done: number, all: number, what: string): void {
    const now = Date.now();
    if (!this.#io.interactive || (now - this.#shown < 100 && done < all)) return;
    this.#shown = now;
    this.#io.error(`\r\u001B[K${what} ${done}/${all}`);
  }

  clear(): void {
    if (this.#io.interactive && this.#shown > 0) this.#io.error('\r\u001B[K');
  }
}
