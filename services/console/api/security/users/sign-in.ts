import type { Audit } from '../../audit/audit.ts';
import { Problem } from '../../problem.ts';
import { RECORD_ROLE } from '../../viewer.ts';
import { Attempts } from './attempts.ts';
import { isPassword, NOBODY } from './password.ts';
import { Slots, SlotsFull } from './slots.ts';
import type { User } from './users-file.ts';
import type { Users } from './users.ts';

export interface SignInOptions {
  readonly users: Users;
  readonly audit: Audit;
  /** the machine's time */
  readonly now: () => number;
}

/** User and password. Nothing tells from outside whether a user is unknown, disabled or mistyped: not the answer, not its time. */
export class SignIn {
  readonly users: Users;
  readonly #audit: Audit;
  readonly #now: () => number;
  readonly #attempts: Attempts;
  readonly #slots = new Slots();

  constructor({ users, audit, now }: SignInOptions) {
    this.users = users;
    this.#audit = audit;
    this.#now = now;
    this.#attempts = new Attempts(now);
  }

  /** @throws Problem too_fast, wrong_sign_in */
  async check(name: string, password: string, address: string): Promise<User> {
    const wait = this.#attempts.take(name, address);
    if (wait > 0) throw new Problem('too_fast', { retryAfterS: wait });
    const known = this.users.find(name);
    const isRight = await this.#isRight(password, known);
    // While it was hashed, the user may have been disabled or given another password.
    const now = this.users.find(name);
    if (known === undefined || now === undefined || !isRight || now.disabled || now.hash !== known.hash) {
      await this.#failed(known, address);
      throw new Problem('wrong_sign_in');
    }
    this.#attempts.succeeded(name, address);
    return now;
  }

  async #isRight(password: string, known: User | undefined): Promise<boolean> {
    try {
      return await this.#slots.run(() => isPassword(password, known?.hash ?? NOBODY));
    } catch (error) {
      if (error instanceof SlotsFull) throw new Problem('too_fast', { retryAfterS: 5 });
      throw error;
    }
  }

  /** What an unknown user typed is not written down: it may be a name, or a password in the wrong field. */
  #failed(known: User | undefined, address: string): Promise<void> {
    const reason = known === undefined ? 'unknown_user' : known.disabled ? 'disabled' : 'wrong_password';
    return this.#audit.append({
      at: this.#now(),
      by: known?.user ?? 'unknown',
      role: known === undefined ? 'none' : RECORD_ROLE[known.role],
      action: 'sign_in_failed',
      facts: { reason, address },
    });
  }
}
