import type { Bilingual, ProblemView, Role } from '../../api/views.ts';

/** A refusal of the server: RFC 9457 problem details. Decided by its code, never by its text. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: Bilingual;

  constructor(status: number, code: string, detail: Bilingual) {
    super(detail.en);
    this.status = status;
    this.code = code;
    this.detail = detail;
  }

  /** the same request may succeed later; everything else is an answer */
  get passing(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 425 || this.status === 429 || this.status >= 500;
  }
}

async function problemOf(answer: Response): Promise<Problem> {
  const body = (await answer.json().catch(() => ({}))) as Partial<ProblemView>;
  const en = body.detail ?? body.title ?? `HTTP ${answer.status}`;
  return new Problem(answer.status, body.code ?? 'other', { zh: body.detail_zh ?? en, en });
}

/** Whatever went wrong, as a problem: what is not an answer of the server is no network. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem(0, 'no_network', { zh: '连不上服务器', en: 'The server cannot be reached' });
}

/** Pages of a demo in one browser share its cookies: each names the role it is for. */
let actingAs: Role | null = null;

export function actAs(role: Role): void {
  actingAs = role;
}

export function liveAddress(): string {
  return actingAs === null ? '/api/live' : `/api/live?role=${actingAs}`;
}

function ask(method: string, path: string, body: unknown, within_ms: number): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (method !== 'GET') headers['x-yujing-client'] = 'web';
  if (actingAs !== null) headers['x-yujing-role'] = actingAs;
  if (body !== undefined) headers['content-type'] = 'application/json';
  return fetch(`/api/${path}`, {
    method,
    headers,
    cache: 'no-store',
    credentials: 'same-origin',
    signal: AbortSignal.timeout(within_ms),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** One request to the API. No answer within `within_ms` counts as no network (status 0). */
export async function call<T>(method: string, path: string, body?: unknown, within_ms = 10_000): Promise<T> {
  let answer: Response;
  try {
    answer = await ask(method, path, body, within_ms);
  } catch (error) {
    throw asProblem(error);
  }
  if (!answer.ok) throw await problemOf(answer);
  const text = await answer.text();
  return (text === '' ? null : JSON.parse(text)) as T;
}

export const get = <T>(path: string): Promise<T> => call<T>('GET', path);
export const post = <T>(path: string, body: unknown): Promise<T> => call<T>('POST', path, body);
