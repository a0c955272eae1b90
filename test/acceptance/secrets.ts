import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TimedEvent } from '@yujing/simulator';
import type { Person } from './installation.ts';

const IDENTITIES = ['subject_id', 'subscriber_tel', 'peer_tel', 'payer_acct', 'payee_acct'];

/** Numbers are looked for without their prefix, so that every form of them is found. */
function core(value: string): string {
  return value.replace(/^(\+86|\+|00)/, '');
}

/** Every clear value that must not stand anywhere: of the people of the register, and of those who called and were paid. */
export function secretsOf(people: readonly Person[], told: readonly TimedEvent[]): string[] {
  const secrets = people.flatMap(({ subject_id, name, address, numbers, accounts, contacts }) => [
    subject_id,
    name,
    address,
    ...[...numbers, ...accounts, ...contacts.map(({ tel }) => tel)].map(core),
  ]);
  for (const { event } of told) {
    const fields = event as unknown as Record<string, unknown>;
    for (const name of IDENTITIES) if (typeof fields[name] === 'string') secrets.push(core(fields[name]));
  }
  return [...new Set(secrets)];
}

/** All files below a folder. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Looks for all secrets in one pass, since a data folder holds some fifty megabytes. */
export class SecretFinder {
  readonly #byStart = new Map<number, Buffer[]>();

  constructor(secrets: readonly string[]) {
    for (const secret of secrets) {
      const bytes = Buffer.from(secret);
      const start = bytes.readUInt16BE(0);
      this.#byStart.set(start, [...(this.#byStart.get(start) ?? []), bytes]);
    }
  }

  in(bytes: Buffer): string[] {
    const starts = new Uint8Array(65_536);
    for (const start of this.#byStart.keys()) starts[start] = 1;
    const found = new Set<string>();
    for (let i = 0, pair = bytes[0] ?? 0; i + 1 < bytes.length; i++) {
      pair = ((pair << 8) | bytes[i + 1]!) & 0xffff;
      if (starts[pair] === 0) continue;
      for (const secret of this.#byStart.get(pair)!) {
        if (bytes.compare(secret, 0, secret.length, i, Math.min(i + secret.length, bytes.length)) === 0) {
          found.add(secret.toString());
        }
      }
    }
    return [...found];
  }

  inText(text: string): string[] {
    return this.in(Buffer.from(text));
  }

  inFolder(folder: string): string[] {
    return filesIn(folder).flatMap((file) => this.in(readFileSync(file)).map((secret) => `${secret} in ${file}`));
  }
}
