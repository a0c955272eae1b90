/** Something that a reader of the message can mend: what is missing, what is taken, what did not answer. */
export class StackError extends Error {
  override readonly name = 'StackError';
}
