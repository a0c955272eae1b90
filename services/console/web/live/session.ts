import type { Role, SessionView } from '../../api/views.ts';
import { createStore } from '../kit/store.ts';
import { actAs, asProblem, call, get, post } from './api.ts';
import { observeServerTime } from './server-clock.ts';
import { online } from './stream.ts';
import { forgetPlace, rememberPlace } from './way-back.ts';

export type SessionState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'in'; readonly session: SessionView }
  /** nobody is signed in, or as somebody this page is not for */
  | { readonly kind: 'out'; readonly session: SessionView | null }
  | { readonly kind: 'failed' };

export const session = createStore<SessionState>({ kind: 'loading' });

function entered(view: SessionView, role: Role | null): SessionState {
  observeServerTime(view.now, view.clock);
  const fits = role === null || view.role === role || view.role === 'admin';
  return fits ? { kind: 'in', session: view } : { kind: 'out', session: view };
}

/** Who is here. A demo page takes its role by itself, so that an opened address works at once. */
export async function loadSession(role: Role | null): Promise<SessionState> {
  if (role !== null) actAs(role);
  let state: SessionState;
  try {
    state = entered(await get<SessionView>('session'), role);
    if (state.kind === 'out' && state.session?.demo === true && role !== null) state = await takeRole(role);
  } catch (error) {
    const problem = asProblem(error);
    if (problem.status === 401 || problem.status === 403)
      state = role === null ? { kind: 'out', session: null } : await tryRole(role);
    else state = { kind: 'failed' };
  }
  if (state.kind === 'out' && role !== null) rememberPlace();
  if (state.kind === 'in' && role !== null) watchStream(role);
  session.set(state);
  return state;
}

const ASK_AGAIN_MS = 3_000;
let watching = false;

/** The stream goes away with the network and with the session: while it is away, the server is asked which of the two it is. */
function watchStream(role: Role): void {
  if (watching) return;
  watching = true;
  const ask = (): void => {
    if (online.get()) return;
    get<SessionView>('session').catch((error: unknown) => {
      if (asProblem(error).status === 401 && session.get().kind === 'in') void loadSession(role);
    });
  };
  online.watch(ask);
  setInterval(ask, ASK_AGAIN_MS);
}

export async function takeRole(role: Role, user?: string): Promise<SessionState> {
  const view = await post<SessionView>('session', user === undefined ? { role } : { role, user });
  return entered(view, role);
}

async function tryRole(role: Role): Promise<SessionState> {
  try {
    return await takeRole(role);
  } catch {
    return { kind: 'out', session: null };
  }
}

export async function leave(): Promise<void> {
  await call('DELETE', 'session').catch(() => null);
  forgetPlace();
  location.assign('/');
}
