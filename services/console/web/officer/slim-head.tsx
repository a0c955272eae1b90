import type { ComponentChildren } from 'preact';
import type { CaseView } from '../../api/views.ts';
import { Icon } from '../kit/icon.tsx';
import { LevelBadge, Name } from '../kit/marks.tsx';
import { t } from '../text/text.ts';
import { CardRing, RunningCall } from './card.tsx';

interface SlimHeadProps {
  readonly view: CaseView;
  readonly children: ComponentChildren;
}

/** Head of the pages behind the card: back, what this page is for. */
export function SlimHead({ view, children }: SlimHeadProps) {
  return (
    <header class="slim plain">
      <a class="back" href={`#/case/${view.case_id}`} aria-label={t('back.card')} data-testid="back">
        <Icon name="back" />
      </a>
      <div class="slim-words">{children}</div>
    </header>
  );
}

/** The same with the clock running: on the page that is read at the door. */
export function RunningHead({ view }: { readonly view: CaseView }) {
  const red = view.level === 'RED';
  return (
    <header class={red ? 'alarm slim' : 'slim plain'}>
      <a class="back" href={`#/case/${view.case_id}`} aria-label={t('back.card')} data-testid="back">
        <Icon name="back" />
      </a>
      <div class="slim-words">
        <b>
          <Name masked={view.person?.name_masked ?? view.name_masked} />
        </b>
        <RunningCall view={view} />
      </div>
      <span class="end" />
      <LevelBadge level={view.level} inverse={red} />
      <CardRing view={view} small />
    </header>
  );
}
