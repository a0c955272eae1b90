import { readUsers, versionOf, type User } from './users-file.ts';

const RECHECK_MS = 500;

/** The users of an installation, as the file has them now: commands change it while the process runs. */
export class Users {
  readonly #file: string;
  readonly #now: () => number;
  readonly #failed: (error: unknown) => void;
  #users: ReadonlyMap<string, User>;
  #version: string | null;
  #checkedAt: number;

  /** @throws UsersFileError when the file cannot be used */
  constructor(file: string, now: () => number, failed: (error: unknown) => void) {
    this.#file = file;
    this.#now = now;
    this.#failed = failed;
    this.#version = versionOf(file);
    this.#users = byName(readUsers(file));
    this.#checkedAt = now();
  }

  find(user: string): User | undefined {
    this.#refresh();
    return this.#users.get(user);
  }

  /** somebody can sign in */
  get any(): boolean {
    this.#refresh();
    return [...this.#users.values()].some(({ disabled }) => !disabled);
  }

  /** Is a session of this generation still good? */
  isCurrent(name: string, generation: number | undefined): boolean {
    const user = this.find(name);
    return user !== undefined && !user.disabled && user.generation === generation;
  }

  /** Looked at twice a second at most: an end bites at once for a person and costs a busy console nothing. */
  #refresh(): void {
    const now = this.#now();
    if (now - this.#checkedAt < RECHECK_MS && now >= this.#checkedAt) return;
    this.#checkedAt = now;
    const version = versionOf(this.#file);
    if (version === this.#version) return;
    this.#version = version;
    try {
      this.#users = byName(readUsers(this.#file));
    } catch (error) {
      // Commands replace the file whole, so this was an editor. The officers on the road keep what was good before it.
      this.#failed(error);
    }
  }
}

function byName(users: readonly User[]): ReadonlyMap<string, User> {
  return new Map(users.map((user) => [user.user, user]));
}
