/**
 * What the console's API answers and its live stream sends. Shared by the server and the pages (types only).
 * Times are epoch milliseconds; money is minor units; names and numbers are masked unless the card was opened.
 */
export type Level = 'BLUE' | 'YELLOW' | 'ORANGE' | 'RED';
export type Role = 'officer' | 'analyst' | 'commander' | 'admin';

export interface SessionView {
  readonly user: string;
  readonly role: Role;
  readonly precinct: string | null;
  /** name of the precinct, for the head of the page */
  readonly precinct_name: Bilingual | null;
  /** true: the demo's roles may be switched without a password */
  readonly demo: boolean;
  readonly roles: readonly Role[];
  /** 'wall', or 'door': time stands still until it is released */
  readonly clock: 'wall' | 'door';
  /** the server's now: pages show time by their own clock plus the difference */
  readonly now: number;
}

/** How one comes in, for whoever is not signed in yet. */
export interface SignInView {
  /** true: by choosing a role of the demo; false: with user and password */
  readonly demo: boolean;
  /** false: nobody can sign in, the first user is still to be made */
  readonly any_user: boolean;
}

export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

export interface EvidenceView extends Bilingual {
  readonly event_id: string;
  readonly at: number;
  readonly feed: string;
}

/** One line of the officer's list or the analyst's queue; also what the live stream sends when a case changes. */
export interface CaseSummary {
  readonly case_id: string;
  readonly subject: string;
  readonly revision: number;
  readonly order_id: string | null;
  readonly order_no: number | null;
  readonly level: Level;
  readonly scam_type: string;
  readonly title: Bilingual;
  readonly status: string;
  readonly review_state: string;
  /** masked: first and last character of a name stand, the rest is null (drawn as a block) */
  readonly name_masked: string | null;
  readonly area: Bilingual | null;
  readonly officer: string | null;
  /** orders that may still be taken: each of those who were called may, not only the newest one of `order_id` */
  readonly waiting_orders: ReadonlyArray<{ readonly order_id: string; readonly officer: string }>;
  readonly precinct: string | null;
  readonly live_flags: readonly string[];
  readonly call_answered_at: number | null;
  readonly call_ended_at: number | null;
  readonly money_at_risk_minor: number | null;
  readonly money_moving_minor: number | null;
  readonly money_state: string;
  readonly currency: string;
  readonly opened_at: number;
  /** first order: where the clock of an order begins */
  readonly dispatched_at: number | null;
  readonly updated_at: number;
  readonly review_due_at: number | null;
  readonly ack_due_at: number | null;
  readonly contact_due_at: number | null;
  readonly meet_due_at: number | null;
  readonly outcome_due_at: number | null;
  readonly outcome_code: string | null;
  readonly closed_at: number | null;
  readonly unreviewed: boolean;
  readonly delayed: boolean;
}

export interface OddsView {
  /** rule@version or scam type the odds are of */
  readonly of: string;
  readonly real: number;
  readonly labelled: number;
  /** false under 20 labelled cases: say so, show no pips */
  readonly enough: boolean;
}

/** The officer's card and the analyst's case: a summary with its grounds. */
export interface CaseView extends CaseSummary {
  readonly changed: readonly string[];
  readonly first_warning_at: number;
  readonly red_at: number | null;
  readonly delivered_at: number | null;
  readonly acked_at: number | null;
  readonly en_route_at: number | null;
  readonly on_site_at: number | null;
  readonly contacted_at: number | null;
  readonly met_at: number | null;
  readonly outcome_at: number | null;
  readonly score: number;
  readonly p_fraud: number | null;
  readonly odds: OddsView;
  readonly evidence: readonly EvidenceView[];
  readonly score_parts: ReadonlyArray<Bilingual & { readonly points: number }>;
  readonly hypotheses: ReadonlyArray<{
    readonly scam_type: string;
    readonly level: Level;
    readonly rule: string;
    readonly rule_version: number;
    readonly rule_stage: string;
    readonly score: number;
    readonly at: number;
  }>;
  /** what happened, in order: warnings, reviews, orders, deliveries, answers, contacts, outcome */
  readonly timeline: ReadonlyArray<
    Bilingual & { readonly at: number; readonly kind: string; readonly by: string | null }
  >;
  readonly contact_tries: ReadonlyArray<{ readonly method: string; readonly result: string; readonly at: number }>;
  readonly requests: ReadonlyArray<{ readonly kind: string; readonly at: number; readonly answer: string | null }>;
  readonly follow_ups: ReadonlyArray<{
    readonly kind: string;
    readonly due_at: number;
    readonly done_at: number | null;
  }>;
  readonly person: MaskedPerson | null;
  /** what to say for the scam type, three sentences; what to do together; what never to say */
  readonly advice: {
    readonly say: readonly Bilingual[];
    readonly check: readonly Bilingual[];
    readonly never: Bilingual;
  };
}

export interface MaskedPerson {
  readonly name_masked: string;
  readonly sex: 'female' | 'male' | null;
  readonly age_band: string | null;
  readonly language: Bilingual | null;
  readonly hearing: Bilingual | null;
  readonly area: Bilingual | null;
  readonly contacts: ReadonlyArray<{ readonly contact_id: string; readonly relation: string }>;
}

/** Clear text, only in the answer to an opening; the `Opened` record stands before it is returned. */
export interface OpenedPerson extends MaskedPerson {
  readonly name: string;
  readonly address: string | null;
  readonly place_certainty: Bilingual | null;
  readonly contacts: ReadonlyArray<{ readonly contact_id: string; readonly relation: string; readonly tel: string }>;
}

export interface FunnelStep {
  readonly step: 'warned' | 'reviewed' | 'dispatched' | 'acknowledged' | 'contacted' | 'met' | 'saved';
  readonly count: number;
  readonly lost: number;
  readonly lost_reasons: ReadonlyArray<Bilingual & { readonly count: number }>;
  readonly ended: number;
  readonly ended_reasons: ReadonlyArray<Bilingual & { readonly count: number }>;
}

export interface ClockView {
  /** red: from the RED; first: from the first warning above BLUE; call: from the call's answer */
  readonly from: 'red' | 'first' | 'call';
  readonly count: number;
  readonly p50_ms: number | null;
  readonly p90_ms: number | null;
  readonly p99_ms: number | null;
}

export interface PrecisionRow {
  readonly rule: string;
  readonly rule_version: number;
  readonly title: Bilingual;
  readonly level: Level;
  readonly warnings: number;
  readonly label_true: number;
  readonly label_false: number;
  readonly label_unknown: number;
  /** true / (true + false); null without any */
  readonly precision: number | null;
  /** 95 % Wilson interval */
  readonly low: number | null;
  readonly high: number | null;
}

export interface BoardView {
  readonly from: number;
  readonly until: number;
  readonly funnel: readonly FunnelStep[];
  readonly clocks: readonly ClockView[];
  readonly saved_minor: number;
  readonly lost_minor: number;
  readonly currency: string;
  readonly precision: readonly PrecisionRow[];
}

/** Body of every command; the id is made by the client, so that a repeat is the same command. */
export interface CommandBody {
  readonly command_id: string;
  readonly case_id: string;
  readonly client_at?: number;
  readonly client_seq?: number;
}

/** Answer to a command: it is appended (200). Whether it took effect comes on the live stream: `applied` or `refused`. */
export interface CommandAnswer {
  readonly command_id: string;
  readonly appended_at: number;
}

/** `GET /api/commands/:command_id`, for whoever missed the live stream. */
export interface CommandStateView {
  readonly command_id: string;
  /** appended: written, its effect is not known yet */
  readonly state: 'appended' | 'applied' | 'refused';
  readonly reason: string | null;
}

/** `GET /api/officer/cards`: open cards of his orders and of his precinct by level and clock, then those closed today. */
export interface CardsView {
  readonly cards: readonly CaseSummary[];
  readonly follow_ups: readonly FollowUpView[];
}

export interface FollowUpView {
  readonly follow_up_id: string;
  readonly case_id: string;
  readonly kind: string;
  readonly due_at: number;
  readonly done_at: number | null;
  readonly level: Level;
  readonly scam_type: string;
  readonly outcome_code: string | null;
  readonly name_masked: string | null;
  readonly area: Bilingual | null;
}

/** `GET /api/queue`: open cases, the highest level first, in each the one whose clock runs out first. */
export interface QueueView {
  readonly groups: ReadonlyArray<{
    readonly level: Level;
    /** how many there are; `cases` holds the first 200 */
    readonly count: number;
    readonly cases: readonly CaseSummary[];
  }>;
}

/** `GET /api/officers/me/shift` */
export interface ShiftView {
  readonly user: string;
  readonly precinct: string | null;
  readonly precinct_name: Bilingual | null;
  readonly on_duty: boolean;
  /** end of the running shift */
  readonly until: number | null;
}

/** `GET /api/precincts`: where an order can be handed over to. */
export interface PrecinctsView {
  readonly precincts: ReadonlyArray<{ readonly code: string; readonly name: Bilingual }>;
}

/** Any error: problem details of RFC 9457 (`application/problem+json`). Decide by `code`, never by the text. */
export interface ProblemView {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly detail_zh: string;
  readonly errors?: ReadonlyArray<{ readonly field: string; readonly message: string }>;
}

/**
 * Live stream (SSE, `GET /api/live`). Event name = `kind`. `id:` lets a client resume by Last-Event-ID.
 */
export type LiveEvent =
  | { readonly kind: 'case'; readonly case: CaseSummary; readonly changed: readonly string[] }
  | {
      readonly kind: 'order';
      readonly order_id: string;
      readonly case_id: string;
      readonly officer: string;
      readonly level: Level;
      readonly scam_type: string;
      readonly area: Bilingual | null;
      readonly issued_at: number;
    }
  | { readonly kind: 'applied'; readonly command_id: string; readonly case_id: string | null }
  | { readonly kind: 'refused'; readonly command_id: string; readonly case_id: string | null; readonly reason: string }
  /** the case left what this user may see (handed over to another precinct): take it off the list */
  | { readonly kind: 'gone'; readonly case_id: string }
  | { readonly kind: 'label'; readonly case_id: string; readonly label: string; readonly outcome_code: string }
  /** the stream cannot go on where this client was: read the lists again */
  | { readonly kind: 'reset' }
  | { readonly kind: 'time'; readonly now: number };
