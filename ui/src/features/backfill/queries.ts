import { useQuery } from "@tanstack/react-query";
import { call } from "../../api/client";
import { useChange } from "../../api/queries";
import type { Backfill, BackfillRow, Plan, Wanted } from "./types";

const LOOK_MS = 1000;

export function useBackfills() {
  return useQuery({
    queryKey: ["live", "backfills"],
    queryFn: () => call<BackfillRow[]>("GET", "/api/backfills"),
    refetchInterval: (query) => (query.state.data?.some((item) => item.state === "running") ? 2 * LOOK_MS : false),
  });
}

export function useBackfill(id: string) {
  return useQuery({
    queryKey: ["live", "backfill", id],
    queryFn: () => call<Backfill>("GET", `/api/backfills/${encodeURIComponent(id)}`),
    refetchInterval: (query) => (query.state.data?.state === "running" ? LOOK_MS : false),
  });
}

export function usePlan() {
  return useChange((wanted: Wanted) => call<Plan & { id: string }>("POST", "/api/backfills/plan", wanted));
}

export type Move = "resume" | "pause" | "cancel";

export function useMove(id: string) {
  return useChange((move: Move) => call<BackfillRow>("POST", `/api/backfills/${encodeURIComponent(id)}/${move}`));
}
