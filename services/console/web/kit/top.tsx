import type { SessionView } from '../../api/views.ts';
import { queue } from '../live/commands.ts';
import { unsent } from '../live/queue.ts';
import { online } from '../live/stream.ts';
import { language, switchLanguage, t, word } from '../text/text.ts';
import { changeSettings, settings } from './settings.ts';
import { useStore } from './store.ts';

interface TopProps {
  readonly session: SessionView;
  readonly page: 'analyst' | 'commander';
}

const PAGES = ['analyst', 'commander'] as const;

/** The bar of the desk and the board: where one is, how it stands, who one is. */
export function Top({ session, page }: TopProps) {
  const { theme } = useStore(settings);
  const connected = useStore(online);
  const waiting = unsent(useStore(queue)).length;
  const dark = theme === 'dark' || (theme === 'system' && document.documentElement.dataset['theme'] === 'dark');
  return (
    <header class="top">
      <p class="brand">
        预警<span>Yujing</span>
      </p>
      <nav>
        {PAGES.map((each) => (
          <a key={each} href={`/${each}/`} aria-current={each === page ? 'page' : undefined}>
            {word('place', each)}
          </a>
        ))}
      </nav>
      <span class={connected ? 'end ok' : 'end bad'} role="status" data-testid="connection" data-online={connected}>
        {connected
          ? t('net.online')
          : waiting > 0
            ? t('net.waiting', { n: waiting })
            : `${t('net.none')}${t('list.comma')}${t('net.old')}`}
      </span>
      <button
        type="button"
        class="tool"
        data-testid="theme"
        onClick={() => changeSettings({ theme: dark ? 'light' : 'dark' })}
      >
        {t(dark ? 'theme.light' : 'theme.dark')}
      </button>
      <button
        type="button"
        class="tool"
        data-testid="language"
        onClick={() => void switchLanguage(language() === 'en' ? 'zh' : 'en')}
      >
        {t('tool.language')}
      </button>
      <a class="tool who-am-i" href="/">
        {`${word('role', page)} ${session.user}`}
      </a>
    </header>
  );
}
