import type { PrecisionRow } from '../../api/views.ts';
import { UNKNOWN } from '../format/money.ts';
import { Definition } from '../kit/definition.tsx';
import { Fresh, Shape } from '../kit/marks.tsx';
import { useFresh } from '../kit/use-fresh.ts';
import { say, t, word } from '../text/text.ts';
import { PROMISE, verdictOf } from './figures.ts';

/** Which rule is right: true over true and false, with its interval. A rate never stands without its count. */
export function Precision({ rows }: { readonly rows: readonly PrecisionRow[] }) {
  return (
    <section class="precision" data-testid="precision">
      <h2 class="h">
        <Definition words={t('precision.title')} meaning={t('precision.means')} />
        <small>{t('precision.scope')}</small>
      </h2>
      {rows.length === 0 ? (
        <p class="sum">{t('precision.none')}</p>
      ) : (
        <table class="rules">
          <thead>
            <tr>
              <th scope="col">
                <span class="vh">{t('precision.rule')}</span>
              </th>
              <th class="scale" aria-hidden="true">
                <span style={{ '--at': '0' }}>0</span>
                <span style={{ '--at': '.5' }}>50</span>
                <span style={{ '--at': '1' }}>100%</span>
              </th>
              <th scope="col" class="right">
                {t('precision.share')}
              </th>
              <th scope="col" class="right">
                {t('precision.real')}
              </th>
              <th scope="col" class="right">
                {t('precision.unknown')}
              </th>
              <th scope="col" class="right">
                {t('precision.warnings')}
              </th>
              <th scope="col" class="right">
                {t('precision.verdict')}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <RuleRow key={`${row.rule}@${row.rule_version} ${row.level}`} row={row} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

const percent = (share: number): string => `${Math.round(share * 100)}%`;

function RuleRow({ row }: { readonly row: PrecisionRow }) {
  const fresh = useFresh([row.label_true, row.label_false, row.label_unknown]);
  const verdict = verdictOf(row);
  const sure = row.precision !== null && row.low !== null && row.high !== null;
  return (
    <tr data-testid="precision-row" data-rule={`${row.rule}@${row.rule_version}`}>
      <th scope="row" title={row.rule}>
        <Shape level={row.level} />
        <span class="vh">{word('level', row.level)}</span>
        {say(row.title) || row.rule}
        <span class="dim num">@{row.rule_version}</span>
        <Fresh on={fresh} />
      </th>
      <td>{sure ? <Interval row={row} /> : null}</td>
      <td class="right num">
        <b>{row.precision === null ? UNKNOWN : percent(row.precision)}</b>
      </td>
      <td class="right num dim">{`${row.label_true}/${row.label_true + row.label_false}`}</td>
      <td class="right num dim">{row.label_unknown}</td>
      <td class="right num dim">{row.warnings}</td>
      <td class="verdict">{word('verdict', verdict)}</td>
    </tr>
  );
}

/** Dot, 95 % bar, and the target as a tick. */
export function Interval({ row }: { readonly row: PrecisionRow }) {
  const { precision, low, high, level } = row;
  if (precision === null || low === null || high === null) return null;
  const promise = PROMISE[level];
  const style = {
    '--p': String(precision),
    '--lo': String(low),
    '--hi': String(high),
    '--t': String(promise?.target ?? 0),
  };
  const words = t('precision.interval', { share: percent(precision), low: percent(low), high: percent(high) });
  return (
    <div class="ci" style={style} role="img" aria-label={words} title={words} data-testid="interval">
      {promise === null ? null : <i class="t" />}
      <i class="iv" />
      <i class="dot" />
    </div>
  );
}
