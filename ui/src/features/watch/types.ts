/** The seconds between two looks, by how old a record is, and the share of a day's calls. */
export interface Paces {
  recent_s: number;
  month_s: number;
  older_s: number;
  whole_s: number;
  parts_recent_s: number;
  parts_month_s: number;
  parts_older_s: number;
  share: number;
}

export interface Promised {
  stream: string;
  age: string;
  rows: number | null;
  interval_s: number;
  within_s: number;
  wanted_s: number;
  calls_per_look: number;
  calls_per_day: number;
  promise: string;
  why: string;
  looked_at: string | null;
  due_at: string | null;
}

/** How one connection is polled. */
export interface Polled {
  connection: string;
  settings: Paces;
  allowed_per_day: number | null;
  calls_per_day: number;
  monthly: boolean;
  notes: string[];
  vanished: { stream: string; missing: number; known: number }[];
  promises: Promised[];
}

export interface KindStated {
  kind: string;
  changes: number;
  ways: Record<string, number>;
  recovered_by_poll: number;
  slowest_s: number | null;
  listed: number;
  agreeing: number;
  missing: number;
  gaps: { record_id: string; what: string; why: string }[];
  not_asked: string | null;
}

/** What was stated of one day of one connection. */
export interface Stated {
  connection: string;
  day: string;
  time_zone: string;
  made_at: string;
  complete: boolean;
  missing: number;
  lines: string[];
  kinds: KindStated[];
  notes: string[];
  before: { made_at: string; missing: number } | null;
}

export interface Raised {
  key: string;
  kind: string;
  title: string;
  text: string;
  since: string;
  money: Record<string, string>;
  raised_at: string;
  cleared_at: string | null;
}

/** What one look at everything of an account found. */
export interface Looked {
  connection: string;
  error: string | null;
  streams: Record<string, { rows: number; moved: number; missing: number }>;
}
