import { isCoded, type Facts } from '../errors/errors.ts';

/** What may be said of an error in a log. */
export interface SafeError {
  readonly name: string;
  readonly code?: string;
  readonly facts?: Facts;
  /** where it was thrown, innermost first */
  readonly at: readonly string[];
  readonly cause?: SafeError;
}

const FRAMES = 8;
const DEPTH = 4;

/**
 * An error without its words: messages of parsers, drivers and libraries quote what they were given. Errors of the closed list
 * keep their code and facts; every error keeps its name, its system code and where it was thrown.
 */
export function safe(error: unknown, depth = DEPTH): SafeError {
  if (!(error instanceof Error)) return { name: typeof error, at: [] };
  const { code } = error as { code?: unknown };
  return {
    name: plainName(error.name),
    ...(isCoded(error) ? { code: error.code, facts: error.facts } : systemCode(code)),
    at: frames(error.stack),
    ...(error.cause !== undefined && depth > 0 ? { cause: safe(error.cause, depth - 1) } : {}),
  };
}

function plainName(name: unknown): string {
  return typeof name === 'string' && /^[A-Za-z]{1,60}$/.test(name) ? name : 'Error';
}

function systemCode(code: unknown): { code?: string } {
  return typeof code === 'string' && /^[A-Za-z][A-Za-z0-9_]{1,60}$/.test(code) ? { code } : {};
}

/** Frames begin at the first line that looks like one: a message may have many lines, and any text in them. */
function frames(stack: string | undefined): string[] {
  const lines = (stack ?? '').split('\n').filter((line) => /^ {4}at [^\n]*:\d+:\d+\)?$/.test(line));
  return lines.slice(0, FRAMES).map((line) => line.slice(7).replace(/file:\/\/\S*\/(?=[^/]+\/[^/]+\/[^/]+$)/, ''));
}
