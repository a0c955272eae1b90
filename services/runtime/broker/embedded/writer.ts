import { dirname } from 'node:path';
import type { Disk, DiskFile } from './disk.ts';
import type { Piece } from './log.ts';

/** Puts the bytes of flushes into the files of one log. Keeps the file open that is written on. */
export class LogWriter {
  readonly #disk: Disk;
  readonly #sync: boolean;
  readonly #files = new Map<string, DiskFile>();

  constructor(disk: Disk, sync: boolean) {
    this.#disk = disk;
    this.#sync = sync;
  }

  async write(pieces: readonly Piece[]): Promise<void> {
    for (const { path, at, buffers } of pieces) {
      const file = this.#files.get(path) ?? (await this.#open(path));
      await file.write(buffers, at);
      if (!this.#sync) continue;
      await file.sync();
      // A new file's name must be as durable as its bytes.
      if (at === 0) await this.#disk.syncFolder(dirname(path));
    }
  }

  async #open(path: string): Promise<DiskFile> {
    const file = await this.#disk.open(path);
    this.#files.set(path, file);
    return file;
  }

  /** the file is full */
  async done(path: string): Promise<void> {
    const file = this.#files.get(path);
    this.#files.delete(path);
    await file?.close();
  }

  async close(): Promise<void> {
    for (const path of this.#files.keys()) await this.done(path);
  }
}
