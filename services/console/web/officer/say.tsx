import { useEffect, useState } from 'preact/hooks';
import type { CaseView } from '../../api/views.ts';
import { Icon } from '../kit/icon.tsx';
import { language, say, t } from '../text/text.ts';
import type { CaseProps } from './case-screen.tsx';
import { Dock } from './dock.tsx';
import { RunningHead } from './slim-head.tsx';

/** At the door: three sentences, how the person can check who stands there, what to do together, what never to say. */
export function SayPage({ view, steps }: CaseProps) {
  const sex = view.person?.sex ?? 'unknown';
  return (
    <article class="phone" data-testid="say" data-case={view.case_id}>
      <RunningHead view={view} />
      <main>
        <section>
          <p class="head">
            <b>{t(sex === 'female' ? 'say.her' : sex === 'male' ? 'say.him' : 'say.them')}</b>
            <ReadAloud view={view} />
          </p>
          <ol class="say" data-testid="say-lines">
            {view.advice.say.slice(0, 3).map((line, index) => (
              <li key={index}>
                <span>{say(line)}</span>
              </li>
            ))}
          </ol>
        </section>
        <Prove view={view} />
        <Together view={view} />
        <section class="never" data-testid="never">
          {say(view.advice.never)}
        </section>
      </main>
      <Dock view={view} steps={steps} />
    </article>
  );
}

/** Read aloud by the device itself; nothing leaves it. */
function ReadAloud({ view }: { readonly view: CaseView }) {
  const [speaking, setSpeaking] = useState(false);
  const able = 'speechSynthesis' in window;
  useEffect(() => () => (able ? speechSynthesis.cancel() : undefined), [able]);
  const press = (): void => {
    speechSynthesis.cancel();
    if (speaking) return setSpeaking(false);
    const spoken = new SpeechSynthesisUtterance(view.advice.say.slice(0, 3).map(say).join('\n'));
    spoken.lang = language() === 'en' ? 'en-GB' : 'zh-CN';
    spoken.rate = 0.95;
    spoken.onend = () => setSpeaking(false);
    spoken.onerror = () => setSpeaking(false);
    setSpeaking(true);
    return speechSynthesis.speak(spoken);
  };
  return (
    <button
      type="button"
      class="mini"
      disabled={!able}
      aria-pressed={speaking}
      data-testid="read-aloud"
      onClick={press}
    >
      <Icon name={speaking ? 'stop' : 'speak'} />
      {t(!able ? 'say.mute' : speaking ? 'say.stop' : 'say.aloud')}
    </button>
  );
}

/** The person rings the police herself and names the order: that proves who stands at the door. No data of the case. */
function Prove({ view }: { readonly view: CaseView }) {
  const [large, setLarge] = useState(false);
  if (view.order_no === null) return null;
  const number = String(view.order_no).padStart(4, '0');
  return (
    <section class={large ? 'prove large' : 'prove'} data-testid="prove">
      <p class="head">
        <b>{t('prove.title')}</b>
        <button type="button" class="mini" aria-pressed={large} onClick={() => setLarge(!large)}>
          <Icon name={large ? 'close' : 'full'} />
          {t(large ? 'prove.back' : 'prove.show')}
        </button>
      </p>
      <p class="code num">{number.replace(/\B(?=(\d{2})+$)/g, ' ')}</p>
      <p>{t('prove.how')}</p>
    </section>
  );
}

/** Ticked for oneself at the door; it is a list to work by, not a record. */
function Together({ view }: { readonly view: CaseView }) {
  const [ticked, setTicked] = useState<ReadonlySet<number>>(new Set());
  const lines = view.advice.check;
  if (lines.length === 0) return null;
  const toggle = (index: number): void => {
    const next = new Set(ticked);
    if (!next.delete(index)) next.add(index);
    setTicked(next);
  };
  return (
    <section>
      <p class="head">
        <b>{t('say.together')}</b>
        <span class="num">{`${ticked.size}/${lines.length}`}</span>
      </p>
      <div class="todo">
        {lines.map((line, index) => (
          <label key={index}>
            <input type="checkbox" checked={ticked.has(index)} onChange={() => toggle(index)} />
            <span>{say(line)}</span>
          </label>
        ))}
      </div>
    </section>
  );
}
