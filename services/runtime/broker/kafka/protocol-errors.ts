/** Error codes of the protocol that decide something here. */
export const CODE = {
  none: 0,
  offset_out_of_range: 1,
  corrupt_message: 2,
  unknown_topic_or_partition: 3,
  leader_not_available: 5,
  not_leader: 6,
  request_timed_out: 7,
  message_too_large: 10,
  coordinator_loading: 14,
  coordinator_not_available: 15,
  not_coordinator: 16,
  record_list_too_large: 18,
  not_enough_replicas: 19,
  not_enough_replicas_after_append: 20,
  illegal_generation: 22,
  unknown_member: 25,
  rebalance_in_progress: 27,
  topic_authorization_failed: 29,
  group_authorization_failed: 30,
  topic_exists: 36,
  invalid_replication_factor: 38,
  out_of_order_sequence: 45,
  duplicate_sequence: 46,
  invalid_producer_epoch: 47,
  unknown_producer_id: 59,
  storage_error: 56,
  fenced_leader_epoch: 74,
  unknown_leader_epoch: 75,
  offset_not_available: 78,
  member_id_required: 79,
  invalid_record: 87,
  producer_fenced: 90,
} as const;

const NAMES = new Map<number, string>(Object.entries(CODE).map(([name, code]) => [code, name]));

/** For labels and facts: from the list above, or the number. */
export function codeName(code: number): string {
  return NAMES.get(code) ?? `code_${code}`;
}

/** After these the same append may succeed; what is not in the list is final, and no retry helps. */
export function isPassing(code: number): boolean {
  return (
    code === CODE.not_leader ||
    code === CODE.leader_not_available ||
    code === CODE.unknown_topic_or_partition ||
    code === CODE.request_timed_out ||
    code === CODE.not_enough_replicas ||
    code === CODE.not_enough_replicas_after_append ||
    code === CODE.corrupt_message ||
    code === CODE.storage_error ||
    code === CODE.fenced_leader_epoch ||
    code === CODE.unknown_leader_epoch
  );
}
