import { useQuery } from "@tanstack/react-query";
import { call } from "../../api/client";
import type { components } from "../../api/schema";

export type Choice = components["schemas"]["ChoiceShown"];

/** The accounts that something is picked from, by their system. */
export type Origins = Record<string, string | undefined>;

/** What a value is picked from: ``ghl.prices`` of what stands in ``of``. */
export interface Pick {
  from: string;
  of?: string;
}

const MINUTES = 60_000;

/** What there is to pick, read from the account when it is first shown; null where nothing can be asked. */
export function useChoices(pick: Pick | null, origins: Origins, of: string | null) {
  const [system = "", kind = ""] = pick?.from.split(".") ?? [];
  const connection = origins[system];
  const isReady = pick !== null && (system === "channels" || (connection !== undefined && (pick.of === undefined || of !== null)));
  return useQuery({
    queryKey: ["choices", connection ?? null, pick?.from ?? null, pick?.of === undefined ? null : of],
    queryFn: async (): Promise<Choice[]> => {
      if (system === "channels") return (await call<{ name: string; service: string }[]>("GET", "/api/channels")).map((one) => ({ value: one.name, label: one.name }));
      const whose = pick?.of !== undefined && of !== null ? `?of=${encodeURIComponent(of)}` : "";
      return call<Choice[]>("GET", `/api/connections/${encodeURIComponent(connection ?? "")}/choices/${encodeURIComponent(kind)}${whose}`);
    },
    enabled: isReady,
    staleTime: 5 * MINUTES,
    retry: false,
  });
}
