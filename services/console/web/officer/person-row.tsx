import { useState } from 'preact/hooks';
import type { CaseView, OpenedPerson } from '../../api/views.ts';
import { Icon } from '../kit/icon.tsx';
import { Fresh, Name } from '../kit/marks.tsx';
import { showToast } from '../kit/toast.tsx';
import { say, t, word } from '../text/text.ts';
import { tried } from './act.ts';
import { personLine } from '../kit/person-line.ts';
import { openPerson } from './state.ts';

interface RowProps {
  readonly view: CaseView;
  readonly person: OpenedPerson | null;
  readonly changed: boolean;
}

async function open(view: CaseView): Promise<void> {
  const problem = await openPerson(view.case_id);
  if (problem === null) return;
  const why = `${t('open.failed')}${t('list.comma')}${say(problem.detail)}`;
  showToast(why, problem.passing ? [{ words: t('failed.retry'), run: () => void open(view) }] : []);
}

/** Where: the area before opening, the address after; the button beside it stays where it is. */
export function PlaceRow({ view, person, changed }: RowProps) {
  const address = person?.address ?? null;
  const certainty = person === null ? t('place.area') : say(person.place_certainty);
  return (
    <section class="split">
      <div>
        <p class="place" data-testid="place">
          {address ?? (say(person?.area ?? view.area) || t('place.unknown'))}
        </p>
        <p class="sub">
          {certainty || t('place.unsure')} <Fresh on={changed} />
        </p>
      </div>
      {address === null ? (
        <button
          type="button"
          class="btn square"
          data-testid="open-place"
          disabled={person !== null}
          onClick={() => void open(view)}
        >
          <Icon name="eye" />
          {t('open.place')}
        </button>
      ) : (
        <a class="btn square" href={`geo:0,0?q=${encodeURIComponent(address)}`} data-testid="navigate">
          <Icon name="go" />
          {t('place.go')}
        </a>
      )}
    </section>
  );
}

export function PersonRow({ view, person, changed }: RowProps) {
  const shown = person ?? view.person;
  return (
    <section class="who">
      <p class="who-line">
        <b data-testid="person-name">
          {person === null ? <Name masked={view.person?.name_masked ?? view.name_masked} /> : person.name}
        </b>
        <span class="sub">{personLine(shown)}</span>
        <Fresh on={changed} />
      </p>
      <div class="kin">
        {person === null ? (
          <button type="button" class="btn wide" data-testid="open-person" onClick={() => void open(view)}>
            <Icon name="eye" />
            {t('open.person')}
          </button>
        ) : (
          person.contacts
            .slice(0, 2)
            .map((contact) => <CallButton key={contact.contact_id} view={view} contact={contact} />)
        )}
        {person !== null && person.contacts.length === 0 ? <p class="sub none">{t('call.no_number')}</p> : null}
      </div>
    </section>
  );
}

type Contact = OpenedPerson['contacts'][number];

const METHOD_OF: Readonly<Record<string, string>> = { self: 'human_call', work: 'work_call' };
const methodOf = (relation: string): string => METHOD_OF[relation] ?? 'family_call';

/** What was tried with this number: "占线 2 次", or 未拨. */
export function triesOf(view: CaseView, relation: string): string {
  const same = view.contact_tries.filter((each) => each.method === methodOf(relation));
  const last = same.at(-1);
  if (last === undefined) return t('call.untried');
  const count = same.filter((each) => each.result === last.result).length;
  return count > 1 ? t('call.times', { result: word('result', last.result), n: count }) : word('result', last.result);
}

const RESULTS = ['answered', 'busy', 'no_answer'] as const;

function CallButton({ view, contact }: { readonly view: CaseView; readonly contact: Contact }) {
  const [called, setCalled] = useState(false);
  const relation = word('relation', contact.relation);
  const method = methodOf(contact.relation);
  const ask = (): void => {
    setCalled(true);
    const actions = RESULTS.map((result) => ({
      words: word('result', result),
      run: () => tried(view, method, result),
    }));
    showToast(t('call.how', { who: relation }), actions, false, 60_000);
  };
  return (
    <a class="btn" href={`tel:${contact.tel}`} data-testid={`call-${contact.relation}`} onClick={ask}>
      <Icon name="phone" />
      <span>{relation}</span>
      <small>{called && view.contact_tries.length === 0 ? t('call.called') : triesOf(view, contact.relation)}</small>
    </a>
  );
}
