import type { MessagePort, TransferListItem } from 'node:worker_threads';
import { BrokerError, fromPortable, toPortable, type PortableError } from '../../errors/errors.ts';

/** The calls that one end answers: name -> function of one argument. Everything in it must survive a structured clone. */
export type Calls = Record<string, (args: never) => unknown>;
type Args<C extends Calls, N extends keyof C> = Parameters<C[N]>[0];
type Answer<C extends Calls, N extends keyof C> = Awaited<ReturnType<C[N]>>;

/** An answer whose buffers are given away instead of copied. */
export class Transfer<T> {
  readonly value: T;
  readonly list: readonly TransferListItem[];

  constructor(value: T, list: readonly TransferListItem[]) {
    this.value = value;
    this.list = list;
  }
}

/** Calls and notes between two threads, both ways. `Mine` is what this end answers, `Theirs` what the other does. */
export interface Channel<Mine extends Calls, Theirs extends Calls> {
  handle<N extends keyof Mine & string>(
    name: N,
    answer: (args: Args<Mine, N>) => Answer<Mine, N> | Transfer<Answer<Mine, N>> | Promise<Answer<Mine, N>>,
  ): void;
  /** @throws the error of the other end with its code, or BrokerError `connection_lost` */
  call<N extends keyof Theirs & string>(
    name: N,
    args: Args<Theirs, N>,
    transfer?: readonly TransferListItem[],
  ): Promise<Answer<Theirs, N>>;
  /** a call without an answer; an error of the other end is not heard of */
  note<N extends keyof Theirs & string>(name: N, args: Args<Theirs, N>, transfer?: readonly TransferListItem[]): void;
  onClose(listener: () => void): void;
  close(): void;
}

type Message =
  | { readonly kind: 'call'; readonly id: number; readonly name: string; readonly args: unknown }
  | { readonly kind: 'note'; readonly name: string; readonly args: unknown }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: PortableError };

type Handler = (args: unknown) => unknown;

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export function openChannel<Mine extends Calls, Theirs extends Calls>(port: MessagePort): Channel<Mine, Theirs> {
  return new PortChannel(port) as unknown as Channel<Mine, Theirs>;
}

class PortChannel {
  readonly #port: MessagePort;
  readonly #handlers = new Map<string, Handler>();
  readonly #waiting = new Map<number, Waiting>();
  readonly #closeListeners: Array<() => void> = [];
  #nextId = 1;
  #closed = false;

  constructor(port: MessagePort) {
    this.#port = port;
    port.on('message', (message: Message) => this.#take(message));
    port.on('close', () => this.#lost());
  }

  handle(name: string, answer: Handler): void {
    this.#handlers.set(name, answer);
  }

  call(name: string, args: unknown, transfer: readonly TransferListItem[] = []): Promise<unknown> {
    if (this.#closed) return Promise.reject(new BrokerError('connection_lost', { call: name }));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#post({ kind: 'call', id, name, args }, transfer);
    });
  }

  note(name: string, args: unknown, transfer: readonly TransferListItem[] = []): void {
    if (!this.#closed) this.#post({ kind: 'note', name, args }, transfer);
  }

  #post(message: Message, transfer: readonly TransferListItem[]): void {
    this.#port.postMessage(message, transfer);
  }

  #take(message: Message): void {
    if (message.kind === 'call') {
      void this.#answer(message.id, message.name, message.args);
    } else if (message.kind === 'note') {
      this.#handlers.get(message.name)?.(message.args);
    } else {
      const waiting = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (message.kind === 'answer') waiting?.resolve(message.value);
      else waiting?.reject(fromPortable(message.error));
    }
  }

  async #answer(id: number, name: string, args: unknown): Promise<void> {
    try {
      const handler = this.#handlers.get(name);
      if (handler === undefined) throw new RangeError(`nobody answers the call ${name}`);
      const answer = await handler(args);
      if (this.#closed) return;
      if (answer instanceof Transfer) this.#post({ kind: 'answer', id, value: answer.value }, answer.list);
      else this.#post({ kind: 'answer', id, value: answer }, []);
    } catch (error) {
      if (!this.#closed) this.#post({ kind: 'error', id, error: toPortable(error) }, []);
    }
  }

  onClose(listener: () => void): void {
    this.#closeListeners.push(listener);
  }

  close(): void {
    this.#port.close();
  }

  #lost(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const { reject } of this.#waiting.values()) reject(new BrokerError('connection_lost'));
    this.#waiting.clear();
    for (const listener of this.#closeListeners) listener();
  }
}
