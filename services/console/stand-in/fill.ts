import { complete } from '@yujing/schemas';
import type { StandInBroker } from './log.ts';
import { caseOf, hex, labelOf, orderOf, START, subjectOf, warningOf } from './records.ts';

/** A log with some of everything, with repeats: stamped outputs said twice, commands sent twice. */
export function fill(broker: StandInBroker, people: number, from = 0): void {
  for (let i = from; i < from + people; i++) {
    const name = `person ${i}`;
    const own = { subject: subjectOf(name), case_id: hex(`case ${name}`), at: START + i };
    const stamp = (index: number) => ({ origin: 'case@1/0/case', offset: i, index });
    const officer = 'officer-3107';
    broker.put('Warning', warningOf(name, { created_at: START + i }));
    broker.put('Case', caseOf(name, { revision: 1, level: 'ORANGE', red_at: null, at: START + i }), stamp(0));
    broker.put('Order', orderOf(name, officer), stamp(1));
    broker.put('Case', caseOf(name, { revision: 2, officer, at: START + i + 5, call_answered_at: START }), stamp(2));
    broker.put('Order', orderOf(name, officer), stamp(1));
    const response = complete('Response', {
      ...own,
      command_id: `cmd-${hex(name, 8)}`,
      by: officer,
      role: 'station',
      order_id: hex(`order ${name} ${officer}`),
      action: 'accept',
    });
    broker.put('Response', response);
    broker.put('Response', response);
    broker.put('Applied', complete('Applied', { ...own, command_id: response.command_id, skewed: false }), stamp(3));
    broker.put(
      'Opened',
      complete('Opened', {
        ...own,
        command_id: `open-${hex(name, 8)}`,
        by: officer,
        role: 'station',
        purpose: 'contact',
        fields: ['name', 'tel'],
      }),
    );
    broker.put('Label', labelOf(name), stamp(4));
    broker.put(
      'Case',
      caseOf(name, { revision: 3, level: 'YELLOW', status: 'closed', closed_at: START + 9, outcome_code: 'T1' }),
      stamp(5),
    );
  }
}
