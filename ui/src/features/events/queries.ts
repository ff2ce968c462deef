import { useQuery } from "@tanstack/react-query";
import { client } from "../../api/client";
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
