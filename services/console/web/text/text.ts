import type { Bilingual } from '../../api/views.ts';
import type { Language } from '../format/money.ts';
import { changeSettings, settings } from '../kit/settings.ts';
import { createStore } from '../kit/store.ts';
import { zh } from './zh.ts';

export type TextKey = keyof typeof zh;
export type Texts = Readonly<Record<TextKey, string>>;

/** Chinese comes with the page; English is fetched when it is chosen. */
const loaded = createStore<Readonly<Partial<Record<Language, Texts>>>>({ zh });

export async function loadText(language: Language): Promise<void> {
  if (language !== 'en' || loaded.get().en !== undefined) return;
  const { en } = await import('./en.ts');
  loaded.set({ ...loaded.get(), en });
}

/** The words are here before anything is drawn with them. */
export async function switchLanguage(to: Language): Promise<void> {
  await loadText(to);
  changeSettings({ language: to });
}

export const language = (): Language => settings.get().language;
const texts = (): Texts => loaded.get()[language()] ?? zh;

const isKey = (key: string): key is TextKey => Object.hasOwn(zh, key);

function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The words for a key, with {placeholders} filled in. */
export function t(key: TextKey, values: Readonly<Record<string, string | number>> = {}): string {
  return fill(texts()[key], values);
}

/** The words for a symbol of an enumeration; a symbol newer than this page is shown as it is. */
export function word(group: string, symbol: string, values: Readonly<Record<string, string | number>> = {}): string {
  const key = `${group}.${symbol}`;
  return isKey(key) ? t(key, values) : symbol.replaceAll('_', ' ');
}

export function knows(group: string, symbol: string): boolean {
  return isKey(`${group}.${symbol}`);
}

/** What the server says in both languages. */
export function say(both: Bilingual | null): string {
  return both === null ? '' : language() === 'en' ? both.en : both.zh;
}
