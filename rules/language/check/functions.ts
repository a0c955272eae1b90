/** Functions with their form, for messages; the rest of the names are features. */
export const FUNCTIONS: Readonly<Record<string, string>> = {
  duration: 'duration("10m")',
  yuan: 'yuan(5000)',
  hour: 'hour(event.occurred_at)',
  weekday: 'weekday(event.occurred_at)',
  size: 'size(event.peer_list_hits)',
  has: 'has(event.first_contact)',
  finding: 'finding("caller.short_calls")',
  model: 'model("leizhenzi", event.payee_acct)',
};

/** Names of CEL that are not in the language, and what to use instead. */
export const OUTSIDE: Readonly<Record<string, string>> = {
  matches: 'a pattern can run for ever; use startsWith, endsWith, contains or `in`',
  map: 'lists are asked with `in`, exists, all and size',
  filter: 'lists are asked with `in`, exists, all and size',
  dyn: 'every value has a type here',
  bytes: 'there are no bytes',
  timestamp: 'fixed times belong in meta.expires; compare event times with each other',
  int: 'types are not converted; compare like with like',
  double: 'types are not converted; compare like with like',
  string: 'types are not converted; compare like with like',
  type: 'types are known; leave it out',
  exists: 'write list.exists(x, condition)',
  all: 'write list.all(x, condition)',
};
