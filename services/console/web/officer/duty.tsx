import type { SessionView } from '../../api/views.ts';
import { changeSettings, settings, THEMES } from '../kit/settings.ts';
import { useStore } from '../kit/store.ts';
import { storing } from '../live/commands.ts';
import { leave } from '../live/session.ts';
import { switchLanguage, t, word } from '../text/text.ts';
import { playSound, readySound } from './alert.ts';

/** How this phone behaves: brightness, language, sound; and the way out. Tab and choice: two taps. */
export function Duty({ session }: { readonly session: SessionView }) {
  const { theme, language } = useStore(settings);
  const stores = useStore(storing);
  const test = (): void => {
    readySound();
    playSound('RED');
  };
  return (
    <>
      <section class="rows">
        <div>
          <span>{t('duty.theme')}</span>
          <div class="seg four" role="radiogroup" aria-label={t('duty.theme')}>
            {THEMES.map((each) => (
              <label key={each} data-testid={`theme-${each}`}>
                <input
                  type="radio"
                  name="theme"
                  checked={each === theme}
                  onChange={() => changeSettings({ theme: each })}
                />
                <span>{word('theme', each)}</span>
              </label>
            ))}
          </div>
        </div>
        <div>
          <span>{t('duty.language')}</span>
          <div class="seg" role="radiogroup" aria-label={t('duty.language')}>
            {(['zh', 'en'] as const).map((each) => (
              <label key={each} data-testid={`language-${each}`}>
                <input
                  type="radio"
                  name="language"
                  checked={each === language}
                  onChange={() => void switchLanguage(each)}
                />
                <span lang={each === 'zh' ? 'zh-CN' : 'en'}>{each === 'zh' ? '中文' : 'English'}</span>
              </label>
            ))}
          </div>
        </div>
      </section>
      <section class="stack">
        <button type="button" class="btn wide" data-testid="sound-test" onClick={test}>
          {t('duty.sound')}
        </button>
        {stores ? null : <p role="alert">{t('duty.no_store')}</p>}
        <button type="button" class="btn wide" data-testid="leave" onClick={() => void leave()}>
          {t(session.demo ? 'duty.role' : 'duty.leave')}
        </button>
      </section>
    </>
  );
}
