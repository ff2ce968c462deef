export type BackfillState = "planned" | "running" | "paused" | "done" | "cancelled";
export type Kind = "orders" | "fulfilments" | "transactions" | "subscriptions" | "invoices" | "contacts" | "products";

/** A backfill of the list, or a plan of one. */
export interface BackfillRow {
  id: string;
  connection: string;
  state: BackfillState;
  reason: string | null;
  in_words: string;
  selection: { kinds: Kind[]; since: string | null; until: string | null; ids: string[] };
  options: { with_tasks: boolean; with_messages: boolean };
  counts: Record<string, number>;
  progress: { done: number; total: number | null; open: number };
  driven: boolean;
  asked_by: string;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
}

/** What was found out before anything is written. */
export interface Plan {
  kinds: { kind: Kind; records: number; known: number; to_do: number; how: string }[];
  calls: { highlevel: number; act: number; how: string };
  minutes: number | null;
  sampled: {
    of: number;
    records: number;
    outcomes: Record<string, number>;
    effects: { does: string; kind: string; count: number }[];
    says: string;
  };
  ambiguous: { what: string; count: number; how: string; example: string }[];
  notes: string[];
}

export interface Backfill extends BackfillRow {
  deliveries: Record<string, number>;
  /** What became of each change that the backfill brought. */
  events: Record<string, number>;
  not_read: { kind: string; record_id: string; outcome: string; reason: string | null }[];
  plan: Plan | null;
}

/** What a plan is asked for. */
export interface Wanted {
  ghl: string;
  act?: string;
  kinds: Kind[];
  since?: string;
  until?: string;
  ids?: string[];
  with_tasks: boolean;
  with_messages: boolean;
}
