import type { FunnelStep } from '../../api/views.ts';
import { Definition } from '../kit/definition.tsx';
import { Fresh } from '../kit/marks.tsx';
import { useFresh } from '../kit/use-fresh.ts';
import { say, t, word } from '../text/text.ts';
import { funnelRows, type FunnelRow } from './figures.ts';

/** From the warning to the person saved. Lost (red hatch, with the reason) is not the same as ended for a good reason (outline). */
export function Funnel({ funnel }: { readonly funnel: readonly FunnelStep[] }) {
  const fresh = useFresh(funnel);
  return (
    <section data-testid="funnel">
      <h2 class="h">
        <Definition words={t('funnel.title')} meaning={t('funnel.means')} />
        <small>{t('funnel.scope')}</small>
        <Fresh on={fresh} />
      </h2>
      <table class="funnel">
        <thead>
          <tr>
            <th scope="col">
              <span class="vh">{t('funnel.step')}</span>
            </th>
            <th aria-hidden="true" />
            <th scope="col" class="right">
              {t('funnel.people')}
            </th>
            <th scope="col" class="right">
              {t('funnel.share')}
            </th>
            <th scope="col" class="reason">
              {t('funnel.lost')}
            </th>
            <th scope="col" class="reason">
              {t('funnel.ended')}
            </th>
          </tr>
        </thead>
        <tbody>
          {funnelRows(funnel).map((row) => (
            <FunnelLine key={row.step.step} row={row} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

const part = (count: number, row: FunnelRow): Record<string, string> => ({ '--n': String(count / row.most) });

function FunnelLine({ row }: { readonly row: FunnelRow }) {
  const { step, under_way } = row;
  return (
    <tr class={step.step === 'saved' ? 'last' : ''} data-testid={`funnel-${step.step}`} data-count={step.count}>
      <th scope="row">
        <Definition words={word('funnel-step', step.step)} meaning={word('funnel-means', step.step)} />
      </th>
      <td class="barcell" aria-hidden="true">
        <i class="b" style={part(step.count, row)} />
        <i class="u" style={part(under_way, row)} />
        <i class="x" style={part(step.lost, row)} />
        <i class="g" style={part(step.ended, row)} />
      </td>
      <td class="right num big">{step.count}</td>
      <td class="right num dim">{row.share === null ? '' : `${Math.round(row.share * 100)}%`}</td>
      <td class="lost reason">
        <Reasons count={step.lost} reasons={step.lost_reasons} />
      </td>
      <td class="gone reason">
        <Reasons count={step.ended} reasons={step.ended_reasons} />
        {under_way > 0 ? <span class="way">{t('funnel.under_way', { n: under_way })}</span> : null}
      </td>
    </tr>
  );
}

interface ReasonsProps {
  readonly count: number;
  readonly reasons: FunnelStep['lost_reasons'];
}

function Reasons({ count, reasons }: ReasonsProps) {
  if (count === 0) return null;
  const words =
    reasons.length === 1
      ? say(reasons[0] ?? null)
      : reasons.map((each) => `${say(each)} ${each.count}`).join(t('list.comma'));
  return (
    <span>
      <b class="num">{count}</b> {words}
    </span>
  );
}
