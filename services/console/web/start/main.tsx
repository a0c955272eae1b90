import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { SessionView, SignInView } from '../../api/views.ts';
import { followSystemTheme, settings } from '../kit/settings.ts';
import { useStore } from '../kit/store.ts';
import { get } from '../live/api.ts';
import { language, loadText, switchLanguage, t } from '../text/text.ts';
import { Roles } from './roles.tsx';
import { Here, SignIn } from './sign-in.tsx';
import '../kit/tokens.css';
import '../kit/kit.css';
import './start.css';

interface Known {
  readonly way: SignInView;
  /** who is signed in with a password already */
  readonly session: SessionView | null;
}

async function ask(): Promise<Known> {
  const way = await get<SignInView>('sign-in');
  return { way, session: way.demo ? null : await get<SessionView>('session').catch(() => null) };
}

/** Who are you: a role in the demo, user and password elsewhere. */
function Start() {
  useStore(settings);
  const [known, setKnown] = useState<Known | 'failed' | null>(null);
  const look = (): void => {
    setKnown(null);
    ask().then(setKnown, () => setKnown('failed'));
  };
  useEffect(look, []);
  return (
    <main class="start" aria-busy={known === null}>
      <header>
        <h1>
          {t('start.brand')}
          <span>{t('start.what')}</span>
        </h1>
        <button type="button" class="tool" onClick={() => void switchLanguage(language() === 'en' ? 'zh' : 'en')}>
          {t('tool.language')}
        </button>
      </header>
      {known === null ? null : known === 'failed' ? (
        <>
          <p role="alert">{t('start.refused')}</p>
          <button type="button" class="btn solid" onClick={look}>
            {t('failed.retry')}
          </button>
        </>
      ) : known.way.demo ? (
        <Roles />
      ) : known.session === null ? (
        <SignIn way={known.way} />
      ) : (
        <Here session={known.session} />
      )}
    </main>
  );
}

followSystemTheme();
const root = document.getElementById('page');
if (root !== null) void loadText(settings.get().language).finally(() => render(<Start />, root));
