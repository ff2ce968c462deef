/** How a replay of dead letters stands, as the API says it. */
export interface ReplayReport {
  taken: number;
  ended: boolean;
  proved: number;
  unproved: number;
  nothing: number;
  stopped: number;
  cancelled: number;
  waits: number;
  open: number;
  released: Record<string, string>;
  held: Record<string, string>;
  parts: { outcome: string; cause: string | null; count: number; reason: string | null; todo?: string }[];
}

const OUTCOMES: [keyof ReplayReport & string, string][] = [
  ["proved", "done and proved"],
  ["unproved", "done, with nothing that could be read back"],
  ["nothing", "had nothing left to do"],
  ["stopped", "stopped again"],
  ["cancelled", "cancelled"],
  ["waits", "waiting for their time"],
  ["open", "still in work"],
];

/** The counts of a replay in words. */
export function statementOf(report: ReplayReport): string {
  const parts = OUTCOMES.filter(([name]) => Number(report[name]) > 0).map(([name, text]) => `${String(report[name])} ${text}`);
  return `${report.taken} taken up: ${parts.length > 0 ? parts.join(", ") : "none of them has begun yet"}.`;
}
