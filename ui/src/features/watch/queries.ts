import { useQuery } from "@tanstack/react-query";
import { call } from "../../api/client";
import { useChange } from "../../api/queries";
import type { Looked, Paces, Polled, Raised, Stated } from "./types";

export function usePolling() {
  return useQuery({ queryKey: ["live", "polling"], queryFn: () => call<Polled[]>("GET", "/api/polling") });
}

export function useChangePaces(connection: string) {
  return useChange((wanted: Partial<Paces>) => call<Polled>("PATCH", "/api/polling", { connection, ...wanted }));
}

/** Looks at the whole history of every account, now; the pace goes on beside it. */
export function useLookNow() {
  return useChange(() => call<Looked[]>("POST", "/api/polling/look"));
}

export function useConfirmDeleted(connection: string) {
  return useChange((list: string) => call<{ missing: number }>("POST", "/api/polling/confirm", { connection, list }));
}

export function useStated(day: string) {
  return useQuery({
    queryKey: ["live", "completeness", day],
    queryFn: () => call<Stated[]>("GET", `/api/completeness?day=${encodeURIComponent(day)}`),
    enabled: day !== "",
  });
}

export function useMakeStatement() {
  return useChange(({ day, fulfilments }: { day: string; fulfilments: boolean }) =>
    call<Stated[]>("POST", `/api/completeness?day=${encodeURIComponent(day)}&fulfilments=${fulfilments}`),
  );
}

export function useRaised(days: number) {
  return useQuery({
    queryKey: ["live", "alerts", days],
    queryFn: () => call<Raised[]>("GET", `/api/alerts?cleared_days=${days}`),
  });
}
