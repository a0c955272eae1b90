import type { CaseView } from '../../api/views.ts';
import { clockSeconds, duration } from '../format/time.ts';
import { Definition } from '../kit/definition.tsx';
import { Odds } from '../kit/grounds.tsx';
import { LevelBadge, Money, Name, Shape } from '../kit/marks.tsx';
import { useNow } from '../live/server-clock.ts';
import { personLine } from '../kit/person-line.ts';
import { say, t, word } from '../text/text.ts';
import { Timeline } from './timeline.tsx';

/** The evidence of one case: who, on one axis what happened, why this level, and the whole story below. */
export function CasePane({ view }: { readonly view: CaseView }) {
  return (
    <section class="pane" data-testid="case" data-case={view.case_id} data-level={view.level}>
      <PersonHead view={view} />
      <Timeline view={view} />
      <div class="below">
        <ScoreParts view={view} />
        <Hypotheses view={view} />
      </div>
      <Story view={view} />
    </section>
  );
}

function PersonHead({ view }: { readonly view: CaseView }) {
  const now = useNow();
  const running = view.call_answered_at !== null && view.call_ended_at === null;
  const talk = view.call_answered_at === null ? null : duration((view.call_ended_at ?? now) - view.call_answered_at);
  const area = say(view.person?.area ?? view.area);
  return (
    <header class="person">
      <div>
        <LevelBadge level={view.level} />
        <h1>
          <Name masked={view.person?.name_masked ?? view.name_masked} />
        </h1>
        <span>{[personLine(view.person), area].filter((part) => part !== '').join(t('list.comma'))}</span>
        <span class="end dim">{word('scam', view.scam_type)}</span>
      </div>
      <div class="sub">
        {talk === null ? null : (
          <span class={running ? 'live' : ''}>
            {t(running ? 'call.running' : 'call.over')} <b class="num">{talk}</b>
          </span>
        )}
        <span>
          {t('money.risk')}{' '}
          <b>
            <Money minor={view.money_at_risk_minor} currency={view.currency} testid="money-at-risk" />
          </b>
        </span>
        {view.money_moving_minor === null ? null : (
          <span>
            {word('money', view.money_state)}{' '}
            <b class={view.money_state === 'held' ? 'safe' : ''}>
              <Money minor={view.money_moving_minor} currency={view.currency} testid="money-moving" />
            </b>
          </span>
        )}
        <span class="end sure">
          <Definition words={t('case.sure')} meaning={t('case.sure_means')} />
          <b class="num">{view.p_fraud === null ? '—' : view.p_fraud.toFixed(2)}</b>
          <Odds odds={view.odds} />
        </span>
      </div>
    </header>
  );
}

function ScoreParts({ view }: { readonly view: CaseView }) {
  return (
    <div data-testid="score-parts">
      <h2 class="h">{t('case.why_level')}</h2>
      <table>
        <tbody>
          {view.score_parts.map((part, index) => (
            <tr key={index}>
              <td>{say(part)}</td>
              <td class="bar-cell">
                <i class="pts" style={{ '--n': String(Math.max(0, Math.min(100, part.points)) / 100) }} />
              </td>
              <td class="right num">{part.points}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <td>{t('case.score')}</td>
            <td />
            <td class="right num">{Math.round(view.score)}</td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

function Hypotheses({ view }: { readonly view: CaseView }) {
  return (
    <div data-testid="hypotheses">
      <h2 class="h">{t('case.hypotheses')}</h2>
      <table>
        <tbody>
          {view.hypotheses.map((each) => (
            <tr key={`${each.rule} ${each.rule_stage}`}>
              <td>
                <Shape level={each.level} /> {word('scam', each.scam_type)}
                <span class="vh">{word('level', each.level)}</span>
              </td>
              <td
                class="dim rule"
                title={`${each.rule}@${each.rule_version} ${each.rule_stage}`}
              >{`${each.rule}@${each.rule_version}`}</td>
              <td class="right num">{Math.round(each.score)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Story({ view }: { readonly view: CaseView }) {
  return (
    <section class="story" data-testid="story">
      <h2 class="h">
        {t('case.story')}
        <small>{t('case.story_count', { n: view.timeline.length })}</small>
      </h2>
      <ol>
        {view.timeline.toReversed().map((line, index) => (
          <li key={index}>
            <time class="num">{clockSeconds(line.at)}</time>
            <span>{say(line)}</span>
            <span class="dim">{line.by ?? ''}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
