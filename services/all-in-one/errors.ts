/** What can stand in the way of a start, each with a sentence that says what to do. */
const START_ERRORS = {
  port_taken: ({ port }: Facts) =>
    `Port ${port} is taken by another program. Choose another one with --port NUMBER (0 takes a free one), or end that program.`,
  port_not_allowed: ({ port }: Facts) =>
    `This user may not listen on port ${port}. Choose a port from 1024 on with --port NUMBER.`,
  host_unknown: ({ host }: Facts) =>
    `This machine has no address ${host}. Use --host 127.0.0.1 for this machine alone, 0.0.0.0 for all its addresses.`,
  folder_is_demo: ({ folder }: Facts) =>
    `The data folder ${folder} holds the demo's invented people. Start with --demo, or give another folder with --data DIR.`,
  no_space: ({ folder, free_mb, needed_mb }: Facts) =>
    `The disk of the data folder ${folder} has ${free_mb} MB free, and a start needs ${needed_mb}. Free some space, or give another folder with --data DIR.`,
  certificate_unreadable: ({ file, reason }: Facts) =>
    `The file ${file} of --tls-cert or --tls-key cannot be read (${reason}). Name the PEM files with their places.`,
  certificate_wrong: ({ cert, key }: Facts) =>
    `The certificate ${cert} and the private key ${key} do not belong together, or are no PEM files. Look at --tls-cert and --tls-key.`,
  schema_ids_differ: ({ told }: Facts) =>
    `The logs of this installation were not begun ${told} a schema registry, and this process was started ${told} one. Use the same --registry as for yujing setup (or none), or another --installation.`,
  folder_is_real: ({ folder }: Facts) =>
    `The data folder ${folder} holds real data, and the demo must not play in it. Start with --no-demo, or give another folder with --data DIR.`,
} as const;

type Facts = Readonly<Record<string, string | number>>;
export type StartErrorCode = keyof typeof START_ERRORS;

/** A start that cannot be: the message says why and what to do. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly code: StartErrorCode;

  constructor(code: StartErrorCode, facts: Facts) {
    super(START_ERRORS[code](facts));
    this.code = code;
  }
}
