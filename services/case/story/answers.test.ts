import {
  CONTACT_RESULT_SYMBOLS,
  DECISION_KIND_SYMBOLS,
  OUTCOME_CODE_SYMBOLS,
  REFUSED_REASON_SYMBOLS,
  RESPONSE_ACTION_SYMBOLS,
} from '@yujing/schemas';
import { expect, test } from 'vitest';
import { Story } from './story.ts';

const RED = { level: 'RED', feeds: ['call', 'transaction'], rule: 'fake_police.self_move' } as const;
type Play = (story: Story) => void;

function red(...play: Play[]): Play {
  return (story) => {
    story.warn('5:00', 'red', RED);
    for (const step of play) step(story);
  };
}

const accept: Play = (story) => story.respond('5:10', 'accept');
const enRoute: Play = (story) => story.respond('5:20', 'en_route');
const onSite: Play = (story) => story.respond('5:30', 'on_site');
const withPerson: Play = (story) => story.respond('5:40', 'with_person');

/** Every state a case can be in, and how it gets there before minute six. */
const STATES: Readonly<Record<string, Play>> = {
  none: () => {},
  created: (story) => story.warn('5:00', 'blue', { level: 'BLUE', feeds: ['call'] }),
  old_data: (story) => story.warn('5:00', 'old', { retrospective: true }),
  in_review: (story) => story.warn('5:00', 'orange'),
  held: (story) => {
    story.warn('5:00', 'orange');
    story.decide('5:10', { decision: 'hold', hold_s: 120 });
  },
  dispatched: red(),
  declined: red((story) => story.respond('5:10', 'decline', { reason: 'busy' })),
  acked: red(accept),
  en_route: red(accept, enRoute),
  on_site: red(accept, enRoute, onSite),
  contacted: red(accept, enRoute, onSite, withPerson),
  escalated: red((story) => story.advance('6:00')),
  handed_over: red((story) => {
    const order_id = story.snapshot().order_id as string;
    story.command('HandOver', '5:10', { order_id, to_precinct: 'linhu', reason: 'wrong_area' });
  }),
  asked: red(accept, (story) => story.respond('5:20', 'request_bank')),
  not_found: red(accept, (story) => story.outcome('5:30', 'N1')),
  disbelieved: red(accept, withPerson, (story) => story.outcome('5:50', 'T7')),
  follow_up: red(accept, (story) => story.outcome('5:50', 'T1')),
  closed: red(accept, (story) => story.outcome('5:50', 'F3')),
  rejected: red((story) => story.decide('5:20', { decision: 'reject', reason: 'duplicate' })),
  merged: red((story) => story.decide('5:20', { decision: 'merge', merge_into: 'd'.repeat(32) })),
};

type Give = (story: Story) => string;

function caseOf(story: Story): { case_id: string; order_id: string; by: string } {
  const cards = story.of('Case');
  const card = cards.at(-1);
  return {
    case_id: card?.case_id ?? 'c'.repeat(32),
    order_id: card?.order_id ?? 'a'.repeat(32),
    by: card?.officer ?? 'officer-3107',
  };
}

const COMMANDS: Record<string, Give> = {
  hand_over: (story) =>
    story.command('HandOver', '6:30', { ...caseOf(story), to_precinct: 'shitang', reason: 'other' }),
  opened: (story) => {
    const { case_id, by } = caseOf(story);
    return story.command('Opened', '6:30', { case_id, by, purpose: 'contact', fields: ['tel'] });
  },
};
for (const decision of DECISION_KIND_SYMBOLS) {
  COMMANDS[`decision ${decision}`] = (story) => {
    const { case_id } = caseOf(story);
    const hold_s = decision === 'hold' ? 5 : null;
    const merge_into = decision === 'merge' ? 'b'.repeat(32) : null;
    return story.decide('6:30', { case_id, decision, reason: 'other', hold_s, merge_into });
  };
}
for (const action of RESPONSE_ACTION_SYMBOLS) {
  COMMANDS[`response ${action}`] = (story) => {
    const undo_of = action === 'undo' ? 'story-command-0' : null;
    const answer = action === 'request_answered' ? ({ request: 'bank', answer: 'done' } as const) : {};
    return story.command('Response', '6:30', { ...caseOf(story), action, undo_of, ...answer });
  };
}
for (const result of CONTACT_RESULT_SYMBOLS) {
  COMMANDS[`contact ${result}`] = (story) => story.contact('6:30', result, { case_id: caseOf(story).case_id });
}
for (const outcome_code of OUTCOME_CODE_SYMBOLS) {
  COMMANDS[`outcome ${outcome_code}`] = (story) => story.command('Outcome', '6:30', { ...caseOf(story), outcome_code });
}

function answer(state: string, command: string): string {
  const story = new Story({ reload: false });
  STATES[state]?.(story);
  story.advance('6:29');
  const given = COMMANDS[command]?.(story);
  if (given === undefined) throw new Error(`no command ${command}`);
  return story.answer(given);
}

test('every command is answered in every state, with a reason from the closed list', () => {
  const reasons: readonly string[] = REFUSED_REASON_SYMBOLS.filter((reason) => reason !== 'UNKNOWN');
  let pairs = 0;
  for (const state of Object.keys(STATES)) {
    for (const command of Object.keys(COMMANDS)) {
      const given = answer(state, command);
      expect([...reasons, 'applied'], `${state}: ${command}`).toContain(given);
      if (given === 'other') expect(command).toContain('UNKNOWN');
      pairs += 1;
    }
  }
  expect(pairs).toBe(Object.keys(STATES).length * Object.keys(COMMANDS).length);
});

/** The part of the table that people meet every day; a change here is a change of how they work. */
const TABLE: Readonly<Record<string, readonly string[]>> = {
  // state:      confirm        reject         dispatch       accept           decline          with_person      T1               N1
  none: ['no_case', 'no_case', 'no_case', 'no_case', 'no_case', 'no_case', 'no_case', 'no_case'],
  created: [
    'wrong_state',
    'applied',
    'not_allowed',
    'unknown_order',
    'unknown_order',
    'unknown_order',
    'unknown_order',
    'unknown_order',
  ],
  in_review: [
    'applied',
    'applied',
    'applied',
    'unknown_order',
    'unknown_order',
    'unknown_order',
    'unknown_order',
    'unknown_order',
  ],
  dispatched: ['applied', 'applied', 'wrong_state', 'applied', 'applied', 'applied', 'wrong_state', 'applied'],
  acked: ['applied', 'applied', 'wrong_state', 'wrong_state', 'applied', 'applied', 'applied', 'applied'],
  contacted: [
    'applied',
    'wrong_state',
    'wrong_state',
    'wrong_state',
    'wrong_state',
    'wrong_state',
    'applied',
    'applied',
  ],
  follow_up: [
    'case_closed',
    'case_closed',
    'case_closed',
    'case_closed',
    'case_closed',
    'case_closed',
    'already_outcome',
    'already_outcome',
  ],
  rejected: [
    'case_closed',
    'case_closed',
    'case_closed',
    'case_closed',
    'case_closed',
    'case_closed',
    'case_closed',
    'case_closed',
  ],
};

const COLUMNS = [
  'decision confirm',
  'decision reject',
  'decision dispatch',
  'response accept',
  'response decline',
  'response with_person',
  'outcome T1',
  'outcome N1',
];

test.each(Object.keys(TABLE))('%s: what is applied and what is refused', (state) => {
  expect(COLUMNS.map((command) => answer(state, command))).toEqual(TABLE[state]);
});
