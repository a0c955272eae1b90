/**
 * Rows as one JSON value for `json_to_recordset`, or texts for `json_array_elements_text`: one statement for any number of
 * them, ten times as fast as a statement each. NUL has no place in a text of PostgreSQL; it can come in a text that a rule quotes.
 */
export function jsonRows(rows: readonly unknown[]): string {
  const text = JSON.stringify(rows);
  if (!text.includes(String.raw`\u0000`)) return text;
  return JSON.stringify(rows, (_, value: unknown) => (typeof value === 'string' ? value.replaceAll('\0', '�') : value));
}
