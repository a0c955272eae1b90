import type { Level } from '../../api/views.ts';
import { showToast } from '../kit/toast.tsx';
import { t, word } from '../text/text.ts';
import { go, route } from './route.ts';

/** Each level has its pattern, so that the hand knows before the eye. */
const PATTERN: Readonly<Record<Level, readonly number[]>> = {
  RED: [400, 120, 400, 120, 800],
  ORANGE: [300, 150, 300],
  YELLOW: [250],
  BLUE: [],
};
/** Two sounds only: RED, and all others. */
const TONES: Readonly<Record<'red' | 'other', readonly number[]>> = { red: [880, 660, 880, 660], other: [620, 620] };

let audio: AudioContext | null = null;

/** Browsers let a page sound only after it was touched once. */
export function readySound(): void {
  audio ??= new AudioContext();
  void audio.resume();
}

export function playSound(level: Level): void {
  navigator.vibrate?.([...PATTERN[level]]);
  if (audio === null || audio.state !== 'running') return;
  const context = audio;
  TONES[level === 'RED' ? 'red' : 'other'].forEach((frequency, index) => {
    const tone = context.createOscillator();
    const volume = context.createGain();
    const at = context.currentTime + index * 0.22;
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(0.25, at);
    volume.gain.setTargetAtTime(0, at + 0.14, 0.03);
    tone.connect(volume).connect(context.destination);
    tone.start(at);
    tone.stop(at + 0.22);
  });
}

export function alertOrder(level: Level, case_id: string, scam_type: string): void {
  playSound(level);
  if (route.get().name === 'list' || route.get().case_id === case_id) return;
  const words = t('alert.new', { level: word('level', level), type: word('scam', scam_type) });
  showToast(words, [{ words: t('alert.look'), run: () => go(`case/${case_id}`) }], false, 20_000);
}
