import { useQuery } from "@tanstack/react-query";
import { call } from "../../api/client";
import { retries, useChange } from "../../api/queries";
import type { Order } from "../../api/types";
import type { Switched } from "../live/types";
import type { Accounts } from "../templates/types";
import type { Sandbox, Trial } from "./types";

export function useSandbox() {
  return useQuery({ queryKey: ["live", "sandbox"], queryFn: () => call<Sandbox>("GET", "/api/sandbox") });
}

export function useStartSandbox(then?: () => void) {
  return useChange((_given: void) => call<Sandbox>("POST", "/api/sandbox"), then);
}

export function useEndSandbox() {
  return useChange((_given: void) => call<Sandbox>("DELETE", "/api/sandbox"));
}

export function useSandboxOrder() {
  return useChange((_given: void) => call<{ order_id: string }>("POST", "/api/sandbox/order"));
}

/** One flow after the other, each on the three records that changed last. */
export function useTry() {
  return useChange(async (flows: string[]) => {
    const found: Trial[] = [];
    for (const flow of flows) {
      found.push(await call<Trial>("POST", `/api/flows/${encodeURIComponent(flow)}/try`, { recent: 3 }));
    }
    return found;
  });
}

export function goLive(template: string, accounts: Accounts, check: boolean): Promise<Switched> {
  return call<Switched>("POST", `/api/flows/${encodeURIComponent(template)}/go-live`, {
    source: accounts.highlevel,
    target: accounts.act,
    check,
  });
}

/** Every check of going live, without switching anything on; it reads both accounts, and so is asked on purpose only. */
export function useReadiness(template: string, accounts: Accounts) {
  return useQuery({
    queryKey: ["readiness", template, accounts],
    queryFn: () => goLive(template, accounts, true),
    staleTime: 0,
  });
}

/** An order that is on its way is not known yet: that is no failure. */
export function useArriving(id: string) {
  return useQuery({
    queryKey: ["live", "order", id],
    queryFn: () => call<Order>("GET", `/api/orders/${encodeURIComponent(id)}`),
    enabled: id !== "",
    retry: retries,
    refetchInterval: (query) => (query.state.data?.standing === "agrees" ? false : 1000),
  });
}
