import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { call, client, Problem, setCsrf } from "./client";
import type { CloseDay, CloseRow, DeadGroup, Home, Link, Order, Run, Session } from "./types";

/** Only what the page cannot know better by itself is asked again; a refusal is final. */
export function retries(failed: number, error: unknown): boolean {
  return error instanceof Problem && (error.status === 0 || error.status >= 500) && failed < 1000;
}

/** Why nobody is signed in, and who was until now, while these pages were open. */
export interface Ended {
  why: Problem;
  before?: Session;
}

export function useSession() {
  const queries = useQueryClient();
  return useQuery({
    queryKey: ["session"],
    queryFn: async (): Promise<Session | Ended> => {
      try {
        const found = (await client.GET("/api/session")).data as Session;
        setCsrf(found.csrf_token);
        return found;
      } catch (error) {
        if (error instanceof Problem && error.status === 401) {
          const last = queries.getQueryData<Session | Ended>(["session"]);
          return { why: error, before: last && "why" in last ? last.before : last };
        }
        throw error;
      }
    },
    staleTime: Infinity,
  });
}

export function useSignIn() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (given: { name: string; password: string }) => client.POST("/api/session", { body: given }),
    onSuccess: (_, given) => {
      const last = queries.getQueryData<Session | Ended>(["session"]);
      const before = last && "why" in last ? last.before?.name : undefined;
      // Nothing that was shown to one person is left for another.
      return before === undefined || before === given.name.trim() ? queries.invalidateQueries() : queries.resetQueries();
    },
  });
}

export function useJoin() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (given: { token: string; name: string | null; password: string }) =>
      client.POST("/api/join", { body: given }),
    onSuccess: () => queries.invalidateQueries(),
  });
}

export function useSignOut() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => client.DELETE("/api/session"),
    onSuccess: () => {
      setCsrf("");
      // Nothing that was shown to one person is left for the next.
      return queries.resetQueries();
    },
  });
}

/** What a one-time link is good for; asking does not use it. */
export function useLink(token: string) {
  return useQuery({
    queryKey: ["link", token],
    queryFn: async () => (await client.POST("/api/join/look", { body: { token } })).data as Link,
    enabled: token !== "",
  });
}

export function useHome() {
  return useQuery({
    queryKey: ["live", "home"],
    queryFn: async () => (await client.GET("/api/home")).data as Home,
  });
}

export function useOrders(q: string, after: string | null) {
  return useQuery({
    queryKey: ["live", "orders", q, after],
    queryFn: async () => (await client.GET("/api/orders", { params: { query: { q: q || undefined, after: after ?? undefined } } })).data!,
    placeholderData: (before) => before,
  });
}

export function useOrder(id: string) {
  return useQuery({
    queryKey: ["live", "order", id],
    queryFn: async () =>
      (await client.GET("/api/orders/{order_id}", { params: { path: { order_id: id } } })).data as Order,
  });
}

/** Characters of a value that are asked for; of a longer one the page has the beginning, and a link to the whole. */
const SHOWN = 50_000;

export function useRun(id: string) {
  return useQuery({
    queryKey: ["live", "run", id],
    queryFn: () => call<Run>("GET", `/api/runs/${encodeURIComponent(id)}?most=${SHOWN}`),
  });
}

export function useDeadGroups() {
  return useQuery({
    queryKey: ["live", "dead"],
    queryFn: () => call<{ order: string; causes: DeadGroup[] }>("GET", "/api/dead-letters/groups"),
  });
}

export function useCloses() {
  return useQuery({
    queryKey: ["live", "closes"],
    queryFn: () => call<CloseRow[]>("GET", "/api/closes"),
  });
}

export function useCloseDay(day: string) {
  return useQuery({
    queryKey: ["live", "close", day],
    queryFn: () => call<CloseDay[]>("GET", `/api/closes/${encodeURIComponent(day)}`),
  });
}

/**
 * Something that changes the server; everything that is shown is asked anew afterwards.
 *
 * ``then`` is done in any case. What is given to ``mutate`` is not: what was asked anew may have taken the place away.
 */
export function useChange<Given, Answer>(what: (given: Given) => Promise<Answer>, then?: (answer: Answer) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: what,
    onSuccess: (answer) => {
      then?.(answer);
      return queries.invalidateQueries({ queryKey: ["live"] });
    },
  });
}

/** Ask anew whenever the server says that something changed. */
export function useLive(enabled: boolean): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (!enabled) return;
    const source = new EventSource("/api/stream");
    source.addEventListener("changed", () => void queries.invalidateQueries({ queryKey: ["live"] }));
    source.addEventListener("error", () => {
      // It connects again by itself; a session that has ended shows when the next question is refused.
      if (source.readyState === EventSource.CLOSED) void queries.invalidateQueries({ queryKey: ["session"] });
    });
    return () => source.close();
  }, [enabled, queries]);
}
