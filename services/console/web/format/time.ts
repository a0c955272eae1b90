import type { Language } from './money.ts';

const two = (value: number): string => String(value).padStart(2, '0');

/** 14:08, in the reader's own time zone, 24 h. */
export function clock(at: number): string {
  const time = new Date(at);
  return `${two(time.getHours())}:${two(time.getMinutes())}`;
}

/** 14:08:10 */
export function clockSeconds(at: number): string {
  return `${clock(at)}:${two(new Date(at).getSeconds())}`;
}

/** 06-15 */
export function monthDay(at: number): string {
  const time = new Date(at);
  return `${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}

/** m:ss, from one hour on h:mm:ss. Never negative: what lies before is said in words. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const hours = Math.floor(seconds / 3_600);
  const rest = `${hours > 0 ? two(Math.floor(seconds / 60) % 60) : Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** What is left until a deadline: rounded up, so that 0:00 means over. */
export function remaining(ms: number): string {
  return duration(Math.ceil(ms / 1_000) * 1_000);
}

const WEEKDAYS: Readonly<Record<Language, readonly string[]>> = {
  zh: ['周日', '周一', '周二', '周三', '周四', '周五', '周六'],
  en: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'],
};

function startOfDay(at: number): number {
  const time = new Date(at);
  time.setHours(0, 0, 0, 0);
  return time.getTime();
}

/** 今天, 明天, 周五, else 06-15: the day as one says it. */
export function dayName(at: number, now: number, language: Language): string {
  const days = Math.round((startOfDay(at) - startOfDay(now)) / 86_400_000);
  if (days === 0) return language === 'zh' ? '今天' : 'today';
  if (days === 1) return language === 'zh' ? '明天' : 'tomorrow';
  if (days === -1) return language === 'zh' ? '昨天' : 'yesterday';
  if (days > 1 && days < 7) return WEEKDAYS[language][new Date(at).getDay()] ?? '';
  return monthDay(at);
}
