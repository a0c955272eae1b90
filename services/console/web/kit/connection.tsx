import { queue } from '../live/commands.ts';
import { unsent } from '../live/queue.ts';
import { online } from '../live/stream.ts';
import { t } from '../text/text.ts';
import { Icon } from './icon.tsx';
import { useStore } from './store.ts';

/** The place in a card's head that always says how it stands: 在线, or 离线 2. */
export function ConnectionWord() {
  const connected = useStore(online);
  const waiting = unsent(useStore(queue)).length;
  const words = connected
    ? waiting > 0
      ? t('net.sending', { n: waiting })
      : t('net.online')
    : t('net.offline', { n: waiting || '' });
  return (
    <span class="end" role="status" data-testid="connection" data-online={connected}>
      {words.trim()}
    </span>
  );
}

/** The strip above a list: one quiet line while online, ink when not. */
export function ConnectionStrip() {
  const connected = useStore(online);
  const waiting = unsent(useStore(queue)).length;
  return (
    <p class={`strip${connected ? '' : ' ink'}`} role="status" data-testid="connection" data-online={connected}>
      {connected ? (
        <span class="ok">{t('net.online')}</span>
      ) : (
        <>
          <Icon name="cloud-off" />
          <b>{t('net.none')}</b>
        </>
      )}
      <span class="end">{waiting > 0 ? t('net.waiting', { n: waiting }) : connected ? '' : t('net.old')}</span>
    </p>
  );
}
