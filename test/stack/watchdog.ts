import { spawn, type ChildProcess } from 'node:child_process';
import type { ProcessIdentity } from './process-identity.ts';

/**
 * Ends the servers of a suite when the suite ends, also by kill -9: a shell reads a pipe that only the suite holds; the
 * end of the pipe is the end of the suite. Start times are compared here too, so that a number used again is safe.
 */
const SCRIPT = `
trap '' INT TERM HUP
list=
while read -r sign pid ticks; do
  if [ "$sign" = + ]; then list="$list $pid:$ticks"
  else
    kept=
    for entry in $list; do [ "$entry" = "$pid:$ticks" ] || kept="$kept $entry"; done
    list=$kept
  fi
done
for entry in $list; do
  pid=\${entry%:*}
  read -r line 2>/dev/null < "/proc/$pid/stat" || continue
  set -- \${line##*) }
  [ "\${20}" = "\${entry#*:}" ] && kill -9 "$pid"
done
[ -z "$FOLDER" ] || { sleep 1; rm -rf "$FOLDER"; }
`;

export class Watchdog {
  readonly #shell: ChildProcess;

  /** `folder`: removed at the end */
  constructor(folder?: string) {
    this.#shell = spawn('/bin/sh', ['-c', SCRIPT], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      env: { PATH: process.env['PATH'], FOLDER: folder ?? '' },
    });
    this.#shell.unref();
    // The pipe must not keep the suite alive either; it closes with it.
    (this.#shell.stdin as unknown as { unref(): void }).unref();
    this.#shell.stdin?.on('error', () => undefined);
  }

  watch({ pid, startTicks }: ProcessIdentity): void {
    this.#shell.stdin?.write(`+ ${pid} ${startTicks}\n`);
  }

  forget({ pid, startTicks }: ProcessIdentity): void {
    this.#shell.stdin?.write(`- ${pid} ${startTicks}\n`);
  }

  close(): void {
    this.#shell.stdin?.end();
  }
}
