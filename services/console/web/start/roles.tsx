import { useState } from 'preact/hooks';
import type { Role } from '../../api/views.ts';
import { takeRole } from '../live/session.ts';
import { t, word } from '../text/text.ts';

const ROLES = ['officer', 'analyst', 'commander'] as const satisfies readonly Role[];

/** The demo: three ways in, without a password. */
export function Roles() {
  const [failed, setFailed] = useState(false);
  const enter = (role: Role): void => {
    setFailed(false);
    takeRole(role).then(
      () => location.assign(`/${role}/`),
      () => setFailed(true),
    );
  };
  return (
    <>
      {ROLES.map((role) => (
        <button key={role} type="button" class="way" data-testid={`enter-${role}`} onClick={() => enter(role)}>
          <b>{word('role', role)}</b>
          <span>{word('role-says', role)}</span>
        </button>
      ))}
      <p class="foot" role={failed ? 'alert' : undefined}>
        {t(failed ? 'start.refused' : 'start.demo')}
      </p>
    </>
  );
}
