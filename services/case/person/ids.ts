import { createHash } from 'node:crypto';

/** Ids come from content, so that the same input makes the same id at every hop: 32 lower hex of sha256. */
export function contentId(...parts: ReadonlyArray<string | number>): string {
  return createHash('sha256').update(parts.join('|')).digest('hex').slice(0, 32);
}

export function caseId(subject: string, firstWarningId: string): string {
  return contentId('case', subject, firstWarningId);
}

export function orderId(case_id: string, step: number, officer: string): string {
  return contentId(case_id, step, officer);
}

/** A number from a name: for round robin and for the number people say. */
export function numberOf(name: string): number {
  return Number.parseInt(createHash('sha256').update(name).digest('hex').slice(0, 8), 16);
}

/** Four digits that people can say; all orders of a case share it, so that everybody on the radio means the same. */
export function orderNumber(case_id: string): number {
  return 1000 + (numberOf(`order_no|${case_id}`) % 9000);
}

/** 48 bits are enough to know one of a few hundred ids again. */
export function shortId(id: string): string {
  return createHash('sha256').update(id).digest('hex').slice(0, 12);
}
