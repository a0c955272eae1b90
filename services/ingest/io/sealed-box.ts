import { createCipheriv, createDecipheriv, randomBytes, type KeyObject } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 2 + NONCE_BYTES + TAG_BYTES;
/** nonces drawn at once: asking the system for each costs as much as the cipher */
const NONCES_DRAWN = 256;

/** AES-256-GCM with the key's version in front: what was written under an old key stays readable. */
export class SealedBox {
  readonly #keys: ReadonlyMap<number, KeyObject>;
  readonly #newest: number;
  #nonces = Buffer.alloc(0);
  #nonceAt = 0;

  constructor(keys: ReadonlyMap<number, KeyObject>) {
    this.#keys = keys;
    this.#newest = Math.max(...keys.keys());
  }

  /** `name` is bound to the content: a value moved under another name does not open. */
  seal(name: string, clear: string): Buffer {
    const key = this.#keys.get(this.#newest) as KeyObject;
    const nonce = this.#nonce();
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    cipher.setAAD(Buffer.from(name));
    const content = cipher.update(clear, 'utf8');
    cipher.final();
    const sealed = Buffer.allocUnsafe(HEAD_BYTES + content.length);
    sealed.writeUInt16BE(this.#newest, 0);
    sealed.set(nonce, 2);
    sealed.set(cipher.getAuthTag(), 2 + NONCE_BYTES);
    sealed.set(content, HEAD_BYTES);
    return sealed;
  }

  /** Each is given out once. */
  #nonce(): Buffer {
    if (this.#nonceAt === this.#nonces.length) {
      this.#nonces = randomBytes(NONCES_DRAWN * NONCE_BYTES);
      this.#nonceAt = 0;
    }
    const nonce = this.#nonces.subarray(this.#nonceAt, this.#nonceAt + NONCE_BYTES);
    this.#nonceAt += NONCE_BYTES;
    return nonce;
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
