/** Labels under which a country registers names of the third level. */
const SECOND_LEVEL = new Set(['com', 'net', 'org', 'gov', 'edu', 'ac', 'co', 'mil', 'idv', 'or', 'ne', 'go']);

/**
 * The registrable part of a host by the shape of its labels: `a.b.example.com.cn` -> `example.com.cn`. Good enough to put the
 * visitors of one site together; a source that knows better sends registered_domain.
 */
export function registrable(host: string): string {
  const labels = host.split('.');
  const [second, top] = labels.slice(-2);
  const isCountry = top !== undefined && top.length === 2 && second !== undefined && SECOND_LEVEL.has(second);
  return labels.slice(isCountry ? -3 : -2).join('.');
}
