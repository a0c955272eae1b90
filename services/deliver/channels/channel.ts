import type { Channel, DeliveryStatus } from '@yujing/schemas';

/** What a channel needs to know of an order. Words and numbers are looked up when the card is opened, never pushed. */
export interface Push {
  readonly order_id: string;
  readonly case_id: string;
  readonly officer: string;
}

/** `delivered` and `read` are the device's own words; a channel can say no more than this. */
export type PushStatus = Extract<DeliveryStatus, 'sent' | 'failed' | 'not_connected' | 'not_configured'>;

export interface Pushed {
  readonly status: PushStatus;
  /** stable code of a failure */
  readonly error_code: string | null;
}

/** One way to reach a phone. It answers once per push; trying again is the caller's. */
export interface PushChannel {
  readonly name: Channel;
  push(push: Push): Promise<Pushed>;
}

/** A way that nobody has set up says so; it never pretends to have sent. */
export function notConfigured(name: Channel): PushChannel {
  return { name, push: async () => ({ status: 'not_configured', error_code: null }) };
}
