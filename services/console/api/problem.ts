import type { ProblemView } from './views.ts';

interface Entry {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly detail_zh: string;
}

function entry(status: number, title: string, detail: string, detail_zh: string): Entry {
  return { status, title, detail, detail_zh };
}

/** Closed list: what went wrong, and the next step. The page decides by the code. */
export const PROBLEMS = {
  bad_request: entry(
    400,
    'Not as described',
    'Look at the fields named and at /openapi.json.',
    '内容不合要求，看列出的字段。',
  ),
  bad_json: entry(400, 'Not JSON', 'Send one JSON object.', '不是 JSON，发一个 JSON 对象。'),
  not_signed_in: entry(401, 'Not signed in', 'Sign in on the start page.', '还没登录，从首页登录。'),
  wrong_sign_in: entry(
    401,
    'User or password is wrong',
    'Type both again. Who forgot the password gets a new one from the administrator (`yujing users password USER`).',
    '用户名或密码不对，重新输一遍。忘了密码请管理员重设（`yujing users password USER`）。',
  ),
  role_not_allowed: entry(403, 'Not for this role', 'Sign in with a role that may do this.', '这个角色不能做这一步。'),
  not_your_order: entry(403, 'Not your order', 'The order is addressed to somebody else.', '这条指令是发给别人的。'),
  purpose_not_allowed: entry(
    403,
    'Purpose not allowed',
    'Name a purpose that your role has.',
    '这个角色不能用这个用途。',
  ),
  no_demo_roles: entry(
    403,
    'No roles to choose from',
    'Roles without a password exist in the demo only. Start it with `npx --no yujing start --demo`, or sign in with a user of this installation (`npx --no yujing users add`).',
    '不用密码的角色只在演示里有。用 `npx --no yujing start --demo` 启动，或者用本单位的用户登录（用 `npx --no yujing users add` 添加）。',
  ),
  other_origin: entry(
    403,
    'From another site',
    'Call from the pages, or send the header x-yujing-client.',
    '不是从本站页面来的，或带上 x-yujing-client。',
  ),
  wrong_host: entry(
    403,
    'Unknown host name',
    'The demo answers to localhost and addresses only; add the name with --host-name.',
    '演示只认 localhost 和地址，别的名字用 --host-name 加上。',
  ),
  not_found: entry(
    404,
    'Not there',
    'There is no such thing, or it is not yours to see.',
    '没有这一项，或者不归你看。',
  ),
  person_unknown: entry(
    404,
    'Nobody in the register',
    'The register holds no name for this number or account yet. The opening is on record.',
    '登记里还没有这个号码或账户的人。这次查看已记下。',
  ),
  command_id_used: entry(
    409,
    'Command id used',
    'This id stands for another command. Make a new one.',
    '这个编号已经用在别的操作上，换一个。',
  ),
  too_large: entry(413, 'Too large', 'Send less than 16 kB.', '内容太大，少于 16 kB。'),
  bad_media_type: entry(415, 'Not JSON', 'Send application/json.', '只收 application/json。'),
  too_fast: entry(
    429,
    'Too many requests',
    'Wait as long as Retry-After says.',
    '太快了，等 Retry-After 说的秒数再来。',
  ),
  too_many_streams: entry(503, 'Too many live streams', 'Close one, or wait.', '实时连接太多，关掉一个再试。'),
  not_appended: entry(
    503,
    'Not written',
    'The log did not take it. Send the same command again.',
    '没写进去，原样再发一次。',
  ),
  read_model_opening: entry(503, 'Lists are being prepared', 'Ask again in a second.', '列表正在准备，一秒后再试。'),
  failed: entry(
    500,
    'A defect',
    'Something failed that should not. The log of the process says more.',
    '出了不该出的错，进程日志里有说明。',
  ),
} as const satisfies Record<string, Entry>;
export type ProblemCode = keyof typeof PROBLEMS;

export type FieldErrors = ReadonlyArray<{ readonly field: string; readonly message: string }>;

/** An answer that is no success. Its text is fixed, so nothing of a person can get into it. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly errors: FieldErrors | undefined;
  readonly retryAfterS: number | undefined;

  constructor(code: ProblemCode, options: { readonly errors?: FieldErrors; readonly retryAfterS?: number } = {}) {
    super(PROBLEMS[code].title);
    this.code = code;
    this.errors = options.errors;
    this.retryAfterS = options.retryAfterS ?? (PROBLEMS[code].status === 503 ? 1 : undefined);
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }

  view(): ProblemView {
    const { status, title, detail, detail_zh } = PROBLEMS[this.code];
    const base = { type: `/problems/${this.code}`, title, status, code: this.code, detail, detail_zh };
    return this.errors === undefined ? base : { ...base, errors: this.errors };
  }
}
