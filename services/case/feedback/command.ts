import type { Opened, RecordTypes } from '@yujing/schemas';
import { handOver } from '../dispatch/hand-over.ts';
import { ACCEPTED, type Answer, type Command } from '../person/command.ts';
import { findCase } from '../person/ending.ts';
import { isRemembered, rememberCommand } from '../person/memory.ts';
import type { CaseState } from '../person/state.ts';
import { emit, type Turn } from '../person/turn.ts';
import { ms } from '../policy/policy.ts';
import { decide } from '../reanalyse/decision.ts';
import { takeContact } from './contact.ts';
import { contactAfterwards } from './follow-up.ts';
import { takeOutcome } from './outcome.ts';
import { respond } from './response.ts';

type CommandType = 'Decision' | 'Response' | 'Contact' | 'Outcome' | 'HandOver';
type Take<T extends CommandType> = (turn: Turn, c: CaseState, command: RecordTypes[T]) => Answer;

const ON_OPEN: { readonly [T in CommandType]: Take<T> } = {
  Decision: decide,
  Response: respond,
  Contact: takeContact,
  Outcome: takeOutcome,
  HandOver: handOver,
};

/** What a case that has ended still takes: follow-ups, and an outcome that takes back another. */
const ON_ENDED: { readonly [T in CommandType]?: Take<T> } = {
  Contact: contactAfterwards,
  Outcome: takeOutcome,
};

function answerTo<T extends CommandType>(turn: Turn, type: T, command: RecordTypes[T]): Answer {
  const { kind, c } = findCase(turn.person, command.case_id);
  if (c === undefined) return kind === 'none' ? 'no_case' : 'case_closed';
  if (kind === 'recent') return ON_ENDED[type]?.(turn, c, command) ?? 'case_closed';
  const answer = ON_OPEN[type](turn, c, command);
  if (typeof answer !== 'string' && c.ended === null) stayOpen(turn, c);
  return answer;
}

function stayOpen(turn: Turn, c: CaseState): void {
  c.close_at = Math.max(c.close_at, turn.now + ms(turn.documents.policy.levels[c.level].close_s));
}

/** Every command is answered once: `Applied`, or `Refused` with a reason. A repeat of one that was answered says nothing. */
function answerOnce(turn: Turn, command: Command, take: () => Answer): string | null {
  const { command_id, case_id } = command;
  if (isRemembered(turn.person.commands, command_id)) {
    turn.count('commands_repeated');
    return 'command_repeated';
  }
  rememberCommand(turn, command_id);
  const answer = take();
  const reply = { command_id, subject: turn.subject, at: turn.now };
  if (typeof answer === 'string') {
    turn.count('commands_refused');
    const known = answer === 'no_case' ? null : case_id;
    emit(turn, 'Refused', { ...reply, case_id: known, reason: answer });
  } else emit(turn, 'Applied', { ...reply, case_id, ...answer });
  return null;
}

export function takeCommand<T extends CommandType>(type: T): (turn: Turn, command: RecordTypes[T]) => string | null {
  return (turn, command) => answerOnce(turn, command, () => answerTo(turn, type, command));
}

/** The opening has happened: it is on record whatever the state of the case, and never refused. */
export function takeOpened(turn: Turn, opened: Opened): string | null {
  return answerOnce(turn, opened, () => ACCEPTED);
}
