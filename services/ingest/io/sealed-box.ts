import { createCipheriv, createDecipheriv, randomBytes, type KeyObject } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 2 + NONCE_BYTES + TAG_BYTES;

/** AES-256-GCM with the key's version in front: what was written under an old key stays readable. */
export class SealedBox {
  readonly #keys: ReadonlyMap<number, KeyObject>;
  readonly #newest: number;

  constructor(keys: ReadonlyMap<number, KeyObject>) {
    this.#keys = keys;
    this.#newest = Math.max(...keys.keys());
  }

  /** `name` is bound to the content: a value moved under another name does not open. */
  seal(name: string, clear: string): Buffer {
    const key = this.#keys.get(this.#newest) as KeyObject;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    cipher.setAAD(Buffer.from(name));
    const version = Buffer.alloc(2);
    version.writeUInt16BE(this.#newest);
    const content = [cipher.update(clear, 'utf8'), cipher.final()];
    return Buffer.concat([version, nonce, cipher.getAuthTag(), ...content]);
  }

  /** @throws Error when the key is gone, or the bytes were changed or moved */
  open(name: string, sealed: Uint8Array): string {
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
    if (bytes.length < HEAD_BYTES) throw new Error('sealed value too short');
    const key = this.#keys.get(bytes.readUInt16BE(0));
    if (key === undefined) throw new Error(`key version ${bytes.readUInt16BE(0)} is not in the key file`);
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(2, 2 + NONCE_BYTES));
    decipher.setAAD(Buffer.from(name));
    decipher.setAuthTag(bytes.subarray(2 + NONCE_BYTES, HEAD_BYTES));
    return decipher.update(bytes.subarray(HEAD_BYTES), undefined, 'utf8') + decipher.final('utf8');
  }
}
