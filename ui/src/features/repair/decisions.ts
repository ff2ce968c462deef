import { useQuery } from "@tanstack/react-query";
import { call } from "../../api/client";
import { useChange } from "../../api/queries";

/** Something between the two sides that a person decides. */
export interface Conflict {
  id: string;
  /** ``differs``, ``not_taken`` or ``deleted``. */
  sort: string;
  kind: string;
  act_id: string | null;
  ghl_id: string | null;
  field: string;
  act_value: unknown;
  ghl_value: unknown;
  why: string;
  details: { gone?: string; partner_kind?: string };
  opened_at: string;
  resolved_at: string | null;
  resolution: string | null;
  choices: string[];
}

export interface Decision {
  id: string;
  take?: string;
  value?: string;
  allow?: string[];
}

export function useConflicts(resolved: boolean) {
  return useQuery({
    queryKey: ["live", "conflicts", resolved],
    queryFn: () => call<Conflict[]>("GET", `/api/conflicts?resolved=${resolved}&limit=${resolved ? 20 : 500}`),
  });
}

export function useDecide() {
  return useChange(({ id, ...decision }: Decision) => call<Conflict>("POST", `/api/conflicts/${encodeURIComponent(id)}/resolve`, decision));
}

/** A value as people read it. */
export function shown(value: unknown): string {
  if (value === null || value === undefined || value === "") return "nothing";
  return typeof value === "string" ? value : JSON.stringify(value);
}

export function sideOf(side: string | undefined): string {
  return side === "ghl" ? "HighLevel" : "Act!";
}

/** What it is about, in a few words. */
export function titleOf(item: Conflict): string {
  if (item.sort === "deleted") return `${item.kind}: gone in ${sideOf(item.details.gone)}`;
  return `${item.kind}: ${item.field.replaceAll("_", " ")}`;
}
