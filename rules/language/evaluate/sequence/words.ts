import type { FeaturePlan, Template, TemplatePart } from '../../plan/plan.ts';
import type { Compiler } from '../expression/expression.ts';
import { representation } from '../expression/kind.ts';
import type { Frame } from '../frame.ts';
import { TRUE, UNKNOWN } from '../frame.ts';

export type Language = 'zh' | 'en';
export type Sentence = (frame: Frame) => string;

/** What a template needs to know of the place it is read in. */
export interface Locale {
  /** minutes east of UTC of the times an officer reads */
  readonly offset_minutes: number;
  readonly currency: string;
}

export const CHINA: Locale = { offset_minutes: 480, currency: '¥' };

const NOT_KNOWN = { zh: '未知', en: 'unknown' } as const;

export function compileTemplate(
  template: Template,
  compiler: Compiler,
  features: ReadonlyMap<string, FeaturePlan>,
  locale: Locale,
): { readonly zh: Sentence; readonly en: Sentence } {
  const sentence = (language: Language): Sentence => {
    const parts = template[language].map((part) => compilePart(part, language, compiler, features, locale));
    return (frame) => parts.map((part) => part(frame)).join('');
  };
  return { zh: sentence('zh'), en: sentence('en') };
}

function compilePart(
  part: TemplatePart,
  language: Language,
  compiler: Compiler,
  features: ReadonlyMap<string, FeaturePlan>,
  locale: Locale,
): Sentence {
  if ('text' in part) return () => part.text;
  const { value: node, format } = part;
  const unknown = NOT_KNOWN[language];
  switch (representation(node, features)) {
    case 'text': {
      const text = compiler.textual(node);
      return (frame) => text(frame) ?? unknown;
    }
    case 'truth': {
      const holds = compiler.condition(node);
      const words = language === 'zh' ? ['否', '是'] : ['no', 'yes'];
      return (frame) => {
        const value = holds(frame);
        return value === UNKNOWN ? unknown : (words[value === TRUE ? 1 : 0] as string);
      };
    }
    case 'list': {
      const list = compiler.listing(node);
      return (frame) => list(frame)?.join(language === 'zh' ? '、' : ', ') ?? unknown;
    }
    case 'number': {
      const number = compiler.numeric(node);
      return (frame) => {
        const value = number(frame);
        return value !== value ? unknown : formatNumber(value, format, language, locale);
      };
    }
  }
}

function formatNumber(value: number, format: string, language: Language, locale: Locale): string {
  switch (format) {
    case 'money':
      return money(value, language, locale.currency);
    case 'minutes':
      return String(Math.floor(value / 60_000));
    case 'time':
      return clockTime(value, locale.offset_minutes);
    case 'count':
      return grouped(Math.round(value));
    default:
      return plain(value);
  }
}

/** Minor units: 49万, 12.8万, 9,000元; ¥490,000. */
export function money(minor: number, language: Language, currency: string): string {
  const major = minor / 100;
  if (language === 'en') return `${currency}${grouped(Math.round(major))}`;
  if (major < 10_000) return `${grouped(Math.round(major))}元`;
  if (major >= 100_000_000) return `${trimmed(major / 100_000_000)}亿`;
  return `${trimmed(major / 10_000)}万`;
}

/** 24-hour clock at the place. */
export function clockTime(at: number, offsetMinutes: number): string {
  const minutes = Math.floor(at / 60_000) + offsetMinutes;
  const day = ((minutes % 1440) + 1440) % 1440;
  return `${String(Math.floor(day / 60)).padStart(2, '0')}:${String(day % 60).padStart(2, '0')}`;
}

function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

function trimmed(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function plain(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Math.round(value * 100) / 100);
}
