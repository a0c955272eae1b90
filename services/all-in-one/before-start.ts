import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { DEMO_MARK } from './demo-mark.ts';
import { StartError } from './errors.ts';

/** What can be known before anything is opened is told before anything is opened. */

/** A folder made by the demo stays one, and a real one is never played in. */
export function checkDemo(dataFolder: string, demo: boolean): void {
  const used = existsSync(join(dataFolder, 'format.json'));
  const marked = existsSync(join(dataFolder, DEMO_MARK));
  if (used && demo && !marked) throw new StartError('folder_is_real', { folder: dataFolder });
  if (used && !demo && marked) throw new StartError('folder_is_demo', { folder: dataFolder });
}

/**
 * Before anything else is written: a start that was killed half-way must not leave a folder that counts as real. Whether the
 * folder can be written at all is told, better, by whoever opens it.
 */
export async function markDemo(dataFolder: string, demo: boolean): Promise<void> {
  const mark = join(dataFolder, DEMO_MARK);
  // Unused, or it would have been refused: what an attempt with the demo left behind.
  if (!demo) return rm(mark, { force: true });
  const marking = mkdir(dataFolder, { recursive: true, mode: 0o700 }).then(() => writeFile(mark, '{"demo":true}\n'));
  await marking.catch(() => undefined);
}

const MEGABYTE = 2 ** 20;

/** A new folder takes 40 MB at once, nearly all of it the read model's; a used one must be able to write at all. */
export async function checkSpace(dataFolder: string): Promise<void> {
  const needed_mb = existsSync(join(dataFolder, 'format.json')) ? 8 : 64;
  let folder = dataFolder;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  const disk = await statfs(folder).catch(() => undefined);
  if (disk === undefined) return;
  const free_mb = Math.floor((disk.bavail * disk.bsize) / MEGABYTE);
  if (free_mb < needed_mb) throw new StartError('no_space', { folder: dataFolder, free_mb, needed_mb });
}

interface CertificateFiles {
  readonly tlsCert: string | null;
  readonly tlsKey: string | null;
}

function readFile(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new StartError('certificate_unreadable', { file, reason: String((error as NodeJS.ErrnoException).code) });
  }
}

/** null: the pages are served without TLS */
export function certificateOf({ tlsCert, tlsKey }: CertificateFiles): { cert: Buffer; key: Buffer } | null {
  if (tlsCert === null || tlsKey === null) return null;
  const pair = { cert: readFile(tlsCert), key: readFile(tlsKey) };
  try {
    createSecureContext(pair);
  } catch {
    throw new StartError('certificate_wrong', { cert: tlsCert, key: tlsKey });
  }
  return pair;
}

interface Address {
  readonly port: number;
  readonly host: string;
}

export function whyNotListening(error: unknown, { port, host }: Address): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return new StartError('port_taken', { port });
  if (code === 'EACCES') return new StartError('port_not_allowed', { port });
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return new StartError('host_unknown', { host });
  return error;
}

/** Tries the address, so that a taken port is told before a data folder has been filled. */
export function checkAddress(address: Address): Promise<void> {
  const { port, host } = address;
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => reject(whyNotListening(error, address)));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve()));
  });
}
