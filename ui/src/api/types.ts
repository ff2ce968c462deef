import type { components } from "./schema";

type Schemas = components["schemas"];
export type Home = Schemas["HomeShown"];
export type Pair = Schemas["PairShown"];
export type Cause = Schemas["CauseShown"];
export type Connection = Schemas["ConnectionShown"];
export type OrderSummary = Schemas["OrderSummary"];
export type Order = Schemas["OrderShown"];
export type Happened = Schemas["HappenedShown"];
export type Write = Schemas["WriteShown"];

export type Session = Schemas["SessionShown"];
export type Link = Schemas["LinkShown"];

export type RunState = "done" | "nothing" | "running" | "waiting" | "dead" | "cancelled";

/** A run in the list; amounts are exact JSON numbers, shown as they come. */
export interface RunRow {
  id: string;
  flow: string | null;
  flow_version: number;
  event_id: string;
  type: string;
  kind: string;
  record_id: string;
  state: RunState;
  reason: string | null;
  cause: string | null;
  held_amount: number | string | null;
  held_currency: string | null;
  attempts: number;
  wake_at: string | null;
  replayed_from: string | null;
  started_at: string;
  finished_at: string | null;
}

export interface Attempt {
  attempt: number;
  input: unknown;
  error: string | null;
  cause: string | null;
  took_s: number | null;
  times: number;
  first_at: string;
  last_at: string;
}

export interface Step {
  path: string;
  action: string;
  state: string;
  input: unknown;
  output: unknown;
  error: string | null;
  finished_at: string;
  attempts: number;
  took_s: number | null;
  failed_attempts: Attempt[];
}

export interface Receipt {
  intent_id: string;
  kind: string;
  reference: string;
  target_id: string | null;
  verdict: string;
  before: unknown;
  sent: unknown;
  read_back: unknown;
  differences: unknown[];
  settled_at: string;
}

export interface Run extends Omit<RunRow, "type" | "kind" | "record_id"> {
  event: {
    id: string;
    type: string;
    kind: string;
    record_id: string;
    revision: number;
    source: string;
    state: unknown;
    accepted_at: string;
    /** When it happened over there, as far as that is known. */
    happened_at: string | null;
    also_by: string[] | null;
    /** What told of it, and when that came in. */
    delivery: { id: number; source: string; received_at: string } | null;
  } | null;
  lane: string;
  steps: Step[];
  receipts: Receipt[];
  other_runs: { id: string; flow_version: number; state: RunState; reason: string | null; started_at: string }[];
}

export interface DeadGroup {
  cause: string;
  happened: string;
  todo: string;
  runs: number;
  deliveries: number;
  records: number;
  money: Record<string, string>;
  without_amount: number;
  since: string | null;
  latest: string | null;
  examples: { run?: string; delivery?: number; record?: string; reason?: string; since?: string }[];
  command: string;
}

export interface ReplayReport {
  [name: string]: unknown;
}

export interface SideAmounts {
  highlevel: string;
  act: string;
  difference: string;
}

export interface Difference {
  order_id: string;
  measure: string;
  currency: string;
  highlevel: string;
  act: string;
  difference: string;
  reason: string;
  evidence: string;
  record: string;
  day: string | null;
  reasons: { code: string; amount: string; line: string | null; evidence: string }[];
}

export interface Finding {
  order_id: string;
  record: string;
  field: string;
  highlevel: string | null;
  act: string | null;
  reason: string;
  evidence: string;
}

export interface CloseRow {
  day: string;
  state: "green" | "open" | "red" | "reopened";
  closed_as: string;
  location: string;
  database: string;
  zone: string;
  edition: number;
  closed_at: string;
  reopened_at: string | null;
  changed_since: number;
  orders?: number;
  totals?: Record<string, Record<string, SideAmounts>>;
  reasons?: unknown;
  [name: string]: unknown;
}

export interface CloseDay extends CloseRow {
  differences: Difference[];
  findings: Finding[];
  changes: {
    order_id: string;
    record: string;
    measure: string;
    currency: string;
    noticed_at: string;
    highlevel: { before: string; after: string };
    act: { before: string; after: string };
  }[];
}
