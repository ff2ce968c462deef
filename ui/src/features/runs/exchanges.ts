import { useQuery } from "@tanstack/react-query";
import { client } from "../../api/client";
import type { components } from "../../api/schema";

type Schemas = components["schemas"];
export type RunCalls = Schemas["RunCalls"];
export type AttemptCalls = Schemas["AttemptCalls"];
export type Call = Schemas["CallShown"];
export type Body = Schemas["BodyShown"];

/** What a run said to the accounts; empty where nothing was kept. */
export function useRunCalls(id: string) {
  return useQuery({
    queryKey: ["live", "run-calls", id],
    queryFn: async () => (await client.GET("/api/runs/{run_id}/exchanges", { params: { path: { run_id: id } } })).data!,
  });
}

export type Outcome = "ok" | "refused" | "silent" | "asked to wait";

/** How a call ended in the end; a batch of which a part was refused is not accepted. */
export function endOf(call: Call): Outcome {
  return call.refused_parts > 0 ? "refused" : outcomeOf(call.tries.at(-1) ?? { status: null });
}

/** The parts of a batch that were refused, each with what was asked. */
export function refusedParts(call: Call): { request: unknown; answer: unknown }[] {
  const asked: unknown = call.request?.body;
  const told: unknown = call.answer?.body;
  if (call.refused_parts === 0 || !Array.isArray(asked) || !Array.isArray(told)) return [];
  return told
    .map((answer: unknown, number) => ({ request: asked[number] as unknown, answer }))
    .filter(({ answer }) => / [45]\d\d\b/.test(String((answer as { call?: unknown } | null)?.call ?? "")));
}

/** How one sending of a call ended. */
export function outcomeOf(one: { status: number | null }): Outcome {
  if (one.status === null) return "silent";
  if (one.status === 429) return "asked to wait";
  return one.status >= 200 && one.status < 300 ? "ok" : "refused";
}

/** What an answer's number says, in words. */
export function statusWords(status: number | null): string {
  if (status === null) return "no answer";
  const known: Record<number, string> = {
    400: "not understood",
    401: "not signed in",
    403: "not allowed",
    404: "not there",
    409: "in conflict",
    422: "refused as wrong",
    429: "too many calls",
  };
  if (status >= 200 && status < 300) return `${status}, accepted`;
  return `${status}, ${known[status] ?? (status >= 500 ? "trouble over there" : "refused")}`;
}

/** The seconds that a call took, its waiting and its repeats included. */
export function lengthOf(call: Call): number {
  const first = call.tries[0];
  const last = call.tries.at(-1);
  if (!first || !last) return 0;
  return (Date.parse(last.at) - Date.parse(first.at)) / 1000 + last.waited_s + last.took_s;
}

/** The path of an address, which says what was asked; the server's name stands in the details. */
export function pathOf(url: string): string {
  const path = url.replace(/^[a-z]+:\/\/[^/?]*/i, "");
  return path === "" ? "/" : path;
}
