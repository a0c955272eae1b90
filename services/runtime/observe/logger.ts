import { pino, type DestinationStream, type Logger, type LoggerOptions } from 'pino';
import type { LOG_LEVELS } from '../config/runtime-settings.ts';
import { maskLine } from './mask.ts';
import { safe } from './safe.ts';

export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LogOptions {
  /** the process: `all-in-one`, `case`, ... */
  readonly name: string;
  readonly level?: LogLevel;
  /** standard output by default */
  readonly destination?: DestinationStream;
  /** for a command whose standard output says something of its own */
  readonly toStandardError?: boolean;
  /** true in short commands: nothing is lost when the process exits at once */
  readonly sync?: boolean;
}

/**
 * A pino logger whose lines name nobody. Three fences: errors are written without their words ({@link safe}), requests without
 * address and headers, and every line passes {@link maskLine} last. Messages are fixed English sentences; what varies is a field.
 */
export function createLogger(settings: LogOptions): Logger {
  const { name, level = 'info', destination, toStandardError = false, sync = false } = settings;
  const options: LoggerOptions = {
    name,
    level,
    base: { name },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: safe, error: safe, cause: safe, req: request, res: response },
    hooks: {
      logMethod(args, method) {
        method.apply(this, withoutWords(args) as typeof args);
      },
      streamWrite: maskLine,
    },
  };
  return pino(options, destination ?? pino.destination({ dest: toStandardError ? 2 : 1, sync }));
}

/** pino takes an error's message as the line's own when there is no other. */
function withoutWords(args: readonly unknown[]): unknown[] {
  const [first, ...rest] = args;
  if (first instanceof Error) return [{ err: first }, ...(rest.length > 0 ? rest : [safe(first).name])];
  const holds = typeof first === 'object' && first !== null && 'err' in first;
  return holds && rest.length === 0 ? [first, safe(first.err).name] : [...args];
}

/** Addresses carry what people typed: the pattern of the route says enough. */
function request(value: unknown): object {
  const { method, id, routeOptions } = value as { method?: string; id?: unknown; routeOptions?: { url?: string } };
  return { method, id, route: routeOptions?.url };
}

function response(value: unknown): object {
  return { status: (value as { statusCode?: number }).statusCode };
}
