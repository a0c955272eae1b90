import { render } from 'preact';
import { useState } from 'preact/hooks';
import type { Role } from '../../api/views.ts';
import { followSystemTheme, settings } from '../kit/settings.ts';
import { useStore } from '../kit/store.ts';
import { takeRole } from '../live/session.ts';
import { language, loadText, switchLanguage, t, word } from '../text/text.ts';
import '../kit/tokens.css';
import '../kit/kit.css';
import './start.css';

const ROLES = ['officer', 'analyst', 'commander'] as const satisfies readonly Role[];

/** Who are you: three ways in. Where users sign in with a password, the choice asks for it. */
function Start() {
  useStore(settings);
  const [failed, setFailed] = useState(false);
  const enter = (role: Role): void => {
    setFailed(false);
    takeRole(role).then(
      () => location.assign(`/${role}/`),
      () => setFailed(true),
    );
  };
  return (
    <main class="start">
      <header>
        <h1>
          {t('start.brand')}
          <span>{t('start.what')}</span>
        </h1>
        <button type="button" class="tool" onClick={() => void switchLanguage(language() === 'en' ? 'zh' : 'en')}>
          {t('tool.language')}
        </button>
      </header>
      {ROLES.map((role) => (
        <button key={role} type="button" class="way" data-testid={`enter-${role}`} onClick={() => enter(role)}>
          <b>{word('role', role)}</b>
          <span>{word('role-says', role)}</span>
        </button>
      ))}
      <p class="foot" role={failed ? 'alert' : undefined}>
        {t(failed ? 'start.refused' : 'start.demo')}
      </p>
    </main>
  );
}

followSystemTheme();
const root = document.getElementById('page');
if (root !== null) void loadText(settings.get().language).finally(() => render(<Start />, root));
