import { expect, test } from 'vitest';
import { checkMeaning, complete } from '@yujing/schemas';
import { Random } from '../random.ts';
import { commandOf } from './people.ts';
import { CODEC } from './documents.ts';
import { recordsOf, tell, tokenFor } from './story.ts';

const BEGIN = Date.UTC(2026, 10, 21, 6, 2, 0);

test('what the stories report is what the door would let in', () => {
  const events = tell(new Random(7), 60, BEGIN, 600_000);
  const types = new Set<string>();
  for (const { event, at_ms } of events) {
    for (const { type, value } of recordsOf(event, at_ms)) {
      types.add(type);
      const read = CODEC.decode(CODEC.encode(type, value as never));
      expect(checkMeaning(type, read.value as never)).toEqual([]);
    }
  }
  expect([...types].sort()).toEqual(['Call', 'DomainVisit', 'Sms', 'Touch', 'Transaction']);
});

test('what people answer is what the console would append', () => {
  const random = new Random(11);
  const order = complete('Order', {
    order_id: 'a'.repeat(32),
    order_no: 1234,
    case_id: 'b'.repeat(32),
    subject: tokenFor('P-1'),
    step: 1,
    officer: 'officer-3107',
    precinct: 'qinghe',
    role: 'station',
    level: 'RED',
    scam_type: 'fake_police',
    issued_at: BEGIN,
    unreviewed: false,
  });
  for (let number = 0; number < 300; number++) {
    const command_id = `u0-${String(number).padStart(6, '0')}`;
    const { type, value } = commandOf({ random, command_id, order, last: 'u0-000000', at: BEGIN + 120_000 });
    expect(checkMeaning(type, value as never), type).toEqual([]);
  }
});
