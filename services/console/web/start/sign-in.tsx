import { useEffect, useRef, useState } from 'preact/hooks';
import type { SessionView, SignInView } from '../../api/views.ts';
import { asProblem, post } from '../live/api.ts';
import { leave } from '../live/session.ts';
import { forgetPlace, placeAfter, rememberedPlace } from '../live/way-back.ts';
import { t, word, type TextKey } from '../text/text.ts';

function goOn({ role }: SessionView): void {
  const place = placeAfter(role, rememberedPlace());
  forgetPlace();
  location.assign(place);
}

function wordsOf(error: unknown): TextKey {
  const { status } = asProblem(error);
  if (status === 401) return 'start.wrong';
  return status === 429 ? 'start.too_fast' : 'start.refused';
}

/** User and password; one sentence says what went wrong, and the focus stands where to go on. */
export function SignIn({ way }: { readonly way: SignInView }) {
  const user = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  const [wrong, setWrong] = useState<TextKey | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => user.current?.focus(), []);

  const enter = async (): Promise<void> => {
    const [name, secret] = [user.current?.value.trim() ?? '', password.current?.value ?? ''];
    if (busy) return;
    if (name === '' || secret === '') {
      setWrong('start.empty');
      (name === '' ? user : password).current?.focus();
      return;
    }
    setBusy(true);
    setWrong(null);
    try {
      goOn(await post<SessionView>('session', { user: name, password: secret }));
    } catch (error) {
      setBusy(false);
      setWrong(wordsOf(error));
      password.current?.select();
      password.current?.focus();
    }
  };

  const described = wrong === null ? undefined : 'wrong';
  return (
    <form
      class="sign-in"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void enter();
      }}
    >
      <h2>{t('start.sign_in')}</h2>
      {rememberedPlace() === null ? null : <p>{t('start.then')}</p>}
      {way.any_user ? null : <p>{t('start.no_user')}</p>}
      <label>
        {t('start.user')}
        <input
          ref={user}
          name="user"
          autocomplete="username"
          autocapitalize="none"
          autocorrect="off"
          spellcheck={false}
          maxLength={64}
          required
          aria-invalid={wrong === 'start.wrong' || wrong === 'start.empty'}
          aria-describedby={described}
          data-testid="user"
        />
      </label>
      <label>
        {t('start.password')}
        <input
          ref={password}
          name="password"
          type="password"
          autocomplete="current-password"
          required
          aria-invalid={wrong === 'start.wrong' || wrong === 'start.empty'}
          aria-describedby={described}
          data-testid="password"
        />
      </label>
      <p id="wrong" class="wrong" role="alert" data-testid="wrong">
        {wrong === null ? '' : t(wrong)}
      </p>
      <button type="submit" class="btn solid" aria-disabled={busy} data-testid="sign-in">
        {t(busy ? 'start.busy' : 'start.sign_in')}
      </button>
    </form>
  );
}

/** Whoever comes to the start page signed in goes on, or lets somebody else in. */
export function Here({ session }: { readonly session: SessionView }) {
  return (
    <section class="sign-in">
      <h2>{t('start.here', { user: session.user })}</h2>
      <p>{word('role', session.role)}</p>
      <button type="button" class="btn solid" data-testid="go-on" onClick={() => goOn(session)}>
        {t('start.go_on')}
      </button>
      <button type="button" class="btn" data-testid="other" onClick={() => void leave()}>
        {t('start.other')}
      </button>
    </section>
  );
}
