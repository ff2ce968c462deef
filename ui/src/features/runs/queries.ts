import { useQuery } from "@tanstack/react-query";
import { call, client } from "../../api/client";
import type { RunRow } from "../../api/types";

export interface Asked {
  q: string;
  state: string;
  flow: string;
  kind: string;
  since: string;
  until: string;
}
export interface RunsPage {
  runs: RunRow[];
  after: string | null;
  looked_to: string | null;
}

function wantedOf(asked: Asked, after: string | null, limit?: number): URLSearchParams {
  const wanted = new URLSearchParams();
  for (const name of ["q", "state", "flow", "kind"] as const) if (asked[name]) wanted.set(name, asked[name]);
  // A day is that of whoever reads; the last one counts in full.
  if (asked.since) wanted.set("since", new Date(`${asked.since}T00:00:00`).toISOString());
  if (asked.until) {
    const day = new Date(`${asked.until}T00:00:00`);
    day.setDate(day.getDate() + 1);
    wanted.set("until", day.toISOString());
  }
  if (after) wanted.set("after", after);
  if (limit) wanted.set("limit", String(limit));
  return wanted;
}

/** Runs, asked anew whenever something changed; held, they stay as they were when that was asked for. */
export function useRunList(asked: Asked, after: string | null, held: boolean) {
  return useQuery({
    queryKey: [held ? "held" : "live", "runs", asked, after],
    queryFn: () => call<RunsPage>("GET", `/api/runs?${wantedOf(asked, after)}`),
    placeholderData: (before) => before,
    ...(held ? { staleTime: Infinity, refetchOnWindowFocus: false, refetchOnReconnect: false } : {}),
  });
}

/** The most runs that are taken at once. */
export const MOST = 5000;

/** The ids of all runs that fit, the newest first; ``more`` says that there are further ones. */
export async function allThatFit(asked: Asked): Promise<{ ids: string[]; more: boolean }> {
  const ids: string[] = [];
  let after: string | null = null;
  do {
    const page: RunsPage = await call<RunsPage>("GET", `/api/runs?${wantedOf(asked, after, 1000)}`);
    ids.push(...page.runs.map((run) => run.id));
    after = page.after;
  } while (after && ids.length < MOST);
  return { ids: ids.slice(0, MOST), more: after !== null || ids.length > MOST };
}

export function useFlowNames() {
  return useQuery({
    queryKey: ["flows", "names"],
    queryFn: async () => (await client.GET("/api/flows")).data!.map((flow) => flow.name),
  });
}
