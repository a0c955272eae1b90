import type { ClockView } from '../../api/views.ts';
import { duration } from '../format/time.ts';
import { UNKNOWN } from '../format/money.ts';
import { Definition } from '../kit/definition.tsx';
import { Fresh } from '../kit/marks.tsx';
import { useFresh } from '../kit/use-fresh.ts';
import { t, word } from '../text/text.ts';
import { placeOf, scaleOf, type Scale } from './figures.ts';

/** How long until somebody was reached, from three beginnings on one axis; the one used elsewhere stands in bold. */
export function Clocks({ clocks }: { readonly clocks: readonly ClockView[] }) {
  const scale = scaleOf(clocks);
  const fresh = useFresh(clocks);
  return (
    <section data-testid="clocks">
      <h2 class="h">
        <Definition words={t('clocks.title')} meaning={t('clocks.means')} />
        <small>{t('clocks.main')}</small>
        <Fresh on={fresh} />
      </h2>
      <table class="clocks">
        <thead>
          <tr>
            <th scope="col">
              <span class="vh">{t('clocks.from')}</span>
            </th>
            <th class="scale" aria-hidden="true">
              {scale.ticks.map((minutes) => (
                <span key={minutes} style={{ '--at': String(placeOf(scale, minutes * 60_000)) }}>
                  {minutes >= 60 ? t('clocks.hours', { n: minutes / 60 }) : minutes}
                </span>
              ))}
            </th>
            <th scope="col" class="right">
              {t('clocks.p50')}
            </th>
            <th scope="col" class="right">
              {t('clocks.p90')}
            </th>
            <th scope="col" class="right">
              99%
            </th>
          </tr>
        </thead>
        <tbody>
          {clocks.map((clock) => (
            <ClockRow key={clock.from} clock={clock} scale={scale} />
          ))}
        </tbody>
      </table>
      <p class="sum">{t('clocks.axis')}</p>
    </section>
  );
}

const time = (ms: number | null): string => (ms === null ? UNKNOWN : duration(ms));

function ClockRow({ clock, scale }: { readonly clock: ClockView; readonly scale: Scale }) {
  return (
    <tr class={clock.from === 'red' ? 'main' : ''} data-testid={`clock-${clock.from}`} data-p50={clock.p50_ms ?? ''}>
      <th scope="row">
        <Definition words={word('clock-from', clock.from)} meaning={word('clock-means', clock.from)} />
        <small>{word('clock-says', clock.from) + t('list.comma') + t('clocks.count', { n: clock.count })}</small>
      </th>
      <td class="clock-strip" aria-hidden="true">
        <Strip clock={clock} scale={scale} />
      </td>
      <td class="right num p50">{time(clock.p50_ms)}</td>
      <td class="right num">{time(clock.p90_ms)}</td>
      <td class="right num">{time(clock.p99_ms)}</td>
    </tr>
  );
}

function Strip({ clock: { p50_ms, p90_ms, p99_ms }, scale }: { readonly clock: ClockView; readonly scale: Scale }) {
  if (p50_ms === null || p90_ms === null || p99_ms === null) return null;
  const style = {
    '--p50': String(placeOf(scale, p50_ms)),
    '--p90': String(placeOf(scale, p90_ms)),
    '--p99': String(placeOf(scale, p99_ms)),
  };
  return (
    <div style={style}>
      <i class="rng" />
      <i class="p99" />
      <i class="p90" />
      <i class="p50" />
    </div>
  );
}
