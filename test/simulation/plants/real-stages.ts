import type { ProfileState } from '@yujing/rules/language';
import type { Stage } from '@yujing/runtime';
import { documentOf, REAL_STAGES, withContext, type RealStages } from '../real/stages.ts';

type AnyStage = Stage<unknown, unknown>;
type Handle = AnyStage['handle'];

/** One stage of the shipped path with another hand around its handler. */
function around(name: string, wrap: (handle: Handle) => Handle): RealStages {
  return (behaviour, surroundings) =>
    REAL_STAGES(behaviour, surroundings).map((stage) =>
      stage.name === name ? { ...stage, handle: wrap((context, record) => stage.handle(context, record)) } : stage,
    );
}

/** Rule 2: documents are what the process has seen of `change`, whatever its log says. */
export const realAdoptedBesideTheLog: RealStages = (behaviour, surroundings) =>
  REAL_STAGES(behaviour, surroundings).map((stage): AnyStage => {
    const adopted = <Document>(kind: (typeof stage.adopts)[number]): Document | undefined => {
      const head = surroundings.heads.head(kind);
      return head === undefined ? undefined : (documentOf(stage.name, kind, head.ref) as Document);
    };
    return { ...stage, handle: (context, record) => stage.handle(withContext(context, { adopted }), record) };
  });

interface Remembering {
  commands: unknown[];
  open: unknown;
  newest?: Record<string, number>;
}

/** Rule 6: commands have no ids. */
export const realNoCommandIds = around('case', (handle) => (context, record) => {
  (context.entity(record.key) as Remembering).commands = [];
  return handle(context, record);
});

/** Rule 6: the ids go with the case. */
export const realIdsForgottenAtClose = around('case', (handle) => (context, record) => {
  const outcome = handle(context, record);
  const person = context.entity(record.key) as Remembering;
  if (person.open === null) person.commands = [];
  return outcome;
});

const COMMANDS: ReadonlySet<string> = new Set(['Response', 'Contact', 'Outcome', 'Decision', 'HandOver']);

/** Rule 6: only the newest number of each client is remembered. */
export const realWatermark = around('case', (handle) => (context, record) => {
  if (!COMMANDS.has(record.type)) return handle(context, record);
  const { command_id } = record.value as { readonly command_id: string };
  const person = context.entity(record.key) as Remembering;
  const [client = '', number = '0'] = command_id.split('-');
  person.newest ??= {};
  if (Number(number) <= (person.newest[client] ?? 0)) return { kind: 'drop', reason: 'command_repeated' };
  person.newest[client] = Number(number);
  return handle(context, record);
});

/** Rule 9: too few ids of events are remembered. */
export const realTooFewEventIds = around('profile', (handle) => (context, record) => {
  const outcome = handle(context, record);
  const isKnown = record.key !== '' && context.read(record.key) !== undefined;
  if (isKnown) {
    const { known } = context.entity(record.key) as ProfileState;
    known.current = known.current.slice(-3);
  }
  return outcome;
});
