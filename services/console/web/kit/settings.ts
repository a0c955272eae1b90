import type { Language } from '../format/money.ts';
import { createStore } from './store.ts';
import { readStored, writeStored } from '../live/stored.ts';

export type Theme = 'system' | 'light' | 'dark' | 'sun';
export const THEMES: readonly Theme[] = ['system', 'light', 'dark', 'sun'];

export interface Settings {
  readonly language: Language;
  readonly theme: Theme;
  /** keys of the desk can be switched off */
  readonly keys: boolean;
}

interface StoredSettings {
  readonly lang?: string;
  readonly theme?: string;
  readonly keys?: boolean;
}

const KEY = 'yujing.settings';

function read(): Settings {
  const stored = readStored<StoredSettings>(KEY) ?? {};
  const theme = THEMES.find((name) => name === stored.theme) ?? 'system';
  return { language: stored.lang === 'en' ? 'en' : 'zh', theme, keys: stored.keys !== false };
}

export const settings = createStore<Settings>(read());

/** Puts language and theme on the document; `first-paint.js` has done the same before the first paint. */
export function applySettings(): void {
  const { language, theme } = settings.get();
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const shown = theme === 'system' ? (dark ? 'dark' : 'light') : theme;
  document.documentElement.dataset['theme'] = shown;
  document.documentElement.lang = language === 'en' ? 'en' : 'zh-CN';
}

export function changeSettings(change: Partial<Settings>): void {
  const next = { ...settings.get(), ...change };
  settings.set(next);
  writeStored(KEY, { lang: next.language, theme: next.theme, keys: next.keys });
  applySettings();
}

export function followSystemTheme(): void {
  applySettings();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', applySettings);
}
