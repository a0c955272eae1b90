import type { CaseView } from '../../api/views.ts';
import { exactMoney } from '../format/money.ts';
import { Fresh, Money } from '../kit/marks.tsx';
import { language, t, word } from '../text/text.ts';

interface MoneyRowProps {
  readonly view: CaseView;
  readonly risk: boolean;
  readonly moving: boolean;
}

export function MoneyRow({ view, risk, moving }: MoneyRowProps) {
  const { money_at_risk_minor, money_moving_minor, money_state, currency } = view;
  return (
    <section class="money" data-testid="money" data-state={money_state}>
      <dl>
        <dt>
          <span>{t('money.risk')}</span>
          <Fresh on={risk} />
        </dt>
        <dd class="figure">
          <Money minor={money_at_risk_minor} currency={currency} testid="money-at-risk" />
        </dd>
        <dd class="sub num">
          {money_at_risk_minor === null ? t('money.unknown') : exactMoney(money_at_risk_minor, currency, language())}
        </dd>
      </dl>
      <dl>
        <dt>
          <span>{t(money_state === 'gone' ? 'money.sent' : 'money.moving')}</span>
          <Fresh on={moving} />
        </dt>
        <dd class="figure">
          <Money minor={money_moving_minor} currency={currency} testid="money-moving" />
        </dd>
        <dd class={`sub ${money_state}`} data-testid="money-state">
          {word('money', money_state)}
        </dd>
      </dl>
    </section>
  );
}
