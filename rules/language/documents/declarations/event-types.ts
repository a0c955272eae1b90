/** Event types a rule or feature can stand on. */
export const EVENT_TYPES = ['call', 'sms', 'transaction', 'domain_visit', 'incident'] as const;
