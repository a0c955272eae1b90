import { render, type ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Role, SessionView } from '../../api/views.ts';
import { startCommands } from '../live/commands.ts';
import { loadSession, session } from '../live/session.ts';
import { startStream } from '../live/stream.ts';
import { loadText, t } from '../text/text.ts';
import { followSystemTheme, settings } from './settings.ts';
import { useStore } from './store.ts';
import './tokens.css';
import './kit.css';

/** A page that opened while the server was away goes on by itself when it is back. */
const ASK_AGAIN_MS = 3_000;

interface PageProps {
  readonly session: SessionView;
}

/** What every page needs: who is here, the stream, the commands, and words in the chosen language. */
function Frame({ role, page: Page }: { readonly role: Role; readonly page: ComponentType<PageProps> }) {
  useStore(settings);
  const state = useStore(session);
  useEffect(() => {
    if (state.kind === 'out') location.assign('/');
  }, [state.kind]);
  useEffect(() => {
    if (state.kind !== 'failed') return undefined;
    const timer = setTimeout(() => void start(role), ASK_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [state]);
  if (state.kind === 'in') return <Page session={state.session} />;
  if (state.kind === 'failed') {
    return (
      <main class="lone">
        <h1>{t('failed.title')}</h1>
        <p role="alert">{t('failed.session')}</p>
        <button type="button" class="btn solid" onClick={() => void start(role)}>
          {t('failed.retry')}
        </button>
      </main>
    );
  }
  return <main class="lone" aria-busy="true" />;
}

async function start(role: Role): Promise<void> {
  const state = await loadSession(role);
  if (state.kind !== 'in') return;
  startCommands(state.session.user);
  startStream();
}

export function mountPage(role: Role, page: ComponentType<PageProps>): void {
  followSystemTheme();
  const root = document.getElementById('page');
  if (root === null) return;
  void loadText(settings.get().language).finally(() => {
    render(<Frame role={role} page={page} />, root);
    void start(role);
  });
}
