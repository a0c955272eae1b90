import { DataFolderError, isCoded } from '@yujing/runtime';
import { StartError } from './errors.ts';

/** what a process waits for when it is told to end; a second signal ends it at once */
const STOP_WITHIN_MS = 10_000;

/** What runs until somebody stops it, or it ends by itself. */
export interface Stoppable {
  /** why it ended by itself; never resolves when it does not */
  readonly failed: Promise<Error>;
  stop(): Promise<void>;
}

/** Waits for a signal or a failure, stops in time and answers the exit code. */
export async function untilStopped(running: Stoppable): Promise<number> {
  const signalled = new Promise<undefined>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(undefined));
  });
  const failure = await Promise.race([signalled, running.failed]);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  if (failure !== undefined) process.stderr.write(`${sentenceOf(failure)}\n`);
  const late = setTimeout(() => {
    process.stderr.write('Stopping took too long; what was answered is durable.\n');
    process.exit(1);
  }, STOP_WITHIN_MS);
  try {
    await running.stop();
  } catch (error) {
    process.stderr.write(`${sentenceOf(error)}\n`);
    return 1;
  } finally {
    clearTimeout(late);
  }
  return failure === undefined ? 0 : 1;
}

/** One sentence for a person: what is wrong and what to do. A defect shows where it happened. */
export function sentenceOf(error: unknown): string {
  if (error instanceof StartError) return error.message;
  if (isCoded(error))
    return `${error.message.charAt(0).toUpperCase()}${error.message.slice(1)}. ${error.action}${error instanceof DataFolderError ? ' (--data DIR names another folder)' : ''}`;
  if (error instanceof Error && error.name.endsWith('Error') && error.name !== 'Error' && error.name !== 'TypeError')
    return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
