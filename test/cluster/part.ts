import type { Servers } from './servers.ts';

/** One part of the suite: what it came to. */
export interface PartResult {
  readonly part: string;
  readonly what: string;
  /** counts and times; never all zero */
  readonly facts: Readonly<Record<string, number>>;
  readonly problems: readonly string[];
}

export interface PartOptions {
  readonly servers: Servers;
  readonly seed: number;
  readonly say: (line: string) => void;
  /** one worker of each stage, to try a part on a machine that is busy */
  readonly isSmall: boolean;
}

export interface Part {
  readonly name: string;
  readonly what: string;
  run(options: PartOptions): Promise<Omit<PartResult, 'part' | 'what'>>;
}
