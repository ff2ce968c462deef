import { useQuery, useQueryClient } from "@tanstack/react-query";
import { call, client } from "../../api/client";
import { useChange } from "../../api/queries";
import type { components } from "../../api/schema";

export type DeliveryRow = components["schemas"]["DeliveryRow"];
export type Delivery = components["schemas"]["DeliveryShown"];
type Outcome = "pending" | "waiting" | "done" | "nothing" | "dead";

export interface Question {
  kind: string;
  outcome: string;
  source: string;
  q: string;
  after: string | null;
}

export function useDeliveries(asked: Question) {
  return useQuery({
    queryKey: ["live", "deliveries", asked],
    queryFn: async () => {
      const query = {
        kind: asked.kind || undefined,
        outcome: (asked.outcome || undefined) as Outcome | undefined,
        source: asked.source || undefined,
        q: asked.q || undefined,
        after: asked.after ? Number(asked.after) : undefined,
      };
      return (await client.GET("/api/deliveries", { params: { query } })).data!;
    },
    placeholderData: (before) => before,
  });
}

/** One of them; what came stays as it came, so a large one is not asked for again and again. */
export function useDelivery(id: string) {
  return useQuery({
    queryKey: ["delivery", id],
    queryFn: async () => (await client.GET("/api/deliveries/{delivery_id}", { params: { path: { delivery_id: Number(id) } } })).data as Delivery,
    staleTime: 10_000,
  });
}

/** Starts what a change that came in would start now. */
export function useCarryOver() {
  const queries = useQueryClient();
  return useChange(async (event: string) => {
    const begun = await call<{ added: number }>("POST", "/api/runs/replay", { event });
    await queries.invalidateQueries({ queryKey: ["delivery"] });
    return begun;
  });
}

/** Starts everything that came in before a flow was there that listens to it; what has begun does not begin again. */
export function useCarryOverUnheard() {
  return useChange(() => call<{ added: number }>("POST", "/api/runs/replay", { unheard: true }));
}
