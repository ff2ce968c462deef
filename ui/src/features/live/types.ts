/** One thing that has to be so before a flow goes live. */
export interface Check {
  id: string;
  title: string;
  ok: boolean;
  says: string;
  next: string;
}

/** What became of going live, or of asking whether it may. */
export interface Switched {
  ready: boolean;
  checks: Check[];
  live: { flow: string; version: number }[];
}
