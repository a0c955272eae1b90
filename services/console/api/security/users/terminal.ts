import { StringDecoder } from 'node:string_decoder';

/** The part of a terminal's input that is needed; `process.stdin` is one. */
export interface SecretInput {
  readonly isTTY?: boolean;
  setRawMode?(on: boolean): unknown;
  on(event: 'data', heard: (chunk: Buffer | string) => void): unknown;
  on(event: 'end', heard: () => void): unknown;
  off(event: 'data', heard: (chunk: Buffer | string) => void): unknown;
  off(event: 'end', heard: () => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

/** Ctrl-C, or the terminal went away. */
export class SecretAborted extends Error {
  override readonly name = 'SecretAborted';
}

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const CTRL_U = '\u0015';
const BACKSPACES = new Set(['\b', '\u007f']);

/** One line, typed without echo. */
export function askSecret(input: SecretInput, prompt: string, say: (text: string) => void): Promise<string> {
  const decoder = new StringDecoder('utf8');
  let typed: string[] = [];
  return new Promise((resolve, reject) => {
    const end = (finish: () => void): void => {
      input.off('data', take);
      input.off('end', ended);
      input.setRawMode?.(false);
      input.pause();
      say('\n');
      finish();
    };
    const ended = (): void => end(() => reject(new SecretAborted()));
    const take = (chunk: Buffer | string): void => {
      const text = typeof chunk === 'string' ? chunk : decoder.write(chunk);
      for (const sign of text) {
        if (sign === '\r' || sign === '\n') return end(() => resolve(typed.join('')));
        if (sign === CTRL_C || (sign === CTRL_D && typed.length === 0)) return ended();
        if (BACKSPACES.has(sign)) typed.pop();
        else if (sign === CTRL_U) typed = [];
        else typed.push(sign);
      }
    };
    // Before the prompt: whoever types at once must not see it either.
    input.setRawMode?.(true);
    say(prompt);
    input.on('data', take);
    input.on('end', ended);
    input.resume();
  });
}

const STDIN_BYTES = 4_096;

/** All that is piped in, without the line end that `echo` puts behind it. */
export async function readPiped(input: AsyncIterable<Buffer | string>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of input) {
    const buffer = Buffer.from(chunk);
    bytes += buffer.length;
    // Far longer than any password: what was piped in is something else.
    if (bytes > STDIN_BYTES) break;
    chunks.push(buffer);
  }
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}
