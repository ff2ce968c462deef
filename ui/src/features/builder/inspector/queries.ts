import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { callExact, send } from "../../../api/client";
import { decode } from "../../../api/exact";
import type { components } from "../../../api/schema";
import type { Operation } from "../../catalogue/types";
import type { JsonObject } from "../types";
import type { AccountField } from "./logic/targets";

export type Sample = components["schemas"]["SampleShown"];
export type Evaluated = components["schemas"]["Evaluated"];
export type FunctionShown = components["schemas"]["FunctionShown"];
export type ConversionShown = components["schemas"]["ConversionShown"];

const MINUTES = 60_000;
const PAUSE_MS = 400;

/** Real events to look at mappings with; asked anew with what comes in. */
export function useSamples(flow: string, trigger: string) {
  return useQuery({
    queryKey: ["live", "samples", flow, trigger],
    queryFn: () =>
      callExact<Sample[]>("GET", `/api/flows/${encodeURIComponent(flow)}/samples?trigger=${encodeURIComponent(trigger)}&limit=10`),
    placeholderData: keepPreviousData,
    // What comes in is announced; going from step to step asks nothing.
    staleTime: 5 * MINUTES,
    retry: false,
  });
}

/** What a text in YAML stands for, as the server reads a flow's file; its error names the line. */
export async function readYaml(text: string): Promise<unknown> {
  const answer = await send("POST", "/api/expressions/value", text, "application/yaml");
  return (decode(await answer.text()) as { value: unknown }).value;
}

export function useFunctions() {
  return useQuery({
    queryKey: ["functions"],
    queryFn: () => callExact<FunctionShown[]>("GET", "/api/expressions/functions"),
    staleTime: Infinity,
  });
}

export function useConversions() {
  return useQuery({
    queryKey: ["conversions"],
    queryFn: () => callExact<ConversionShown[]>("GET", "/api/expressions/conversions"),
    staleTime: Infinity,
  });
}

/** What the account has of its own; read from the account, so not more often than needed. */
export function useAccountFields(connection: string, kind: string | null) {
  return useQuery({
    queryKey: ["account fields", connection, kind],
    queryFn: () =>
      callExact<AccountField[]>("GET", `/api/connections/${encodeURIComponent(connection)}/fields/${encodeURIComponent(kind ?? "")}`),
    enabled: kind !== null,
    staleTime: 5 * MINUTES,
    retry: false,
  });
}

/** The operations whose outputs can be taken, by their names: the same object as long as they are the same. */
export function useOutputs(refs: string[]): Record<string, Operation> {
  const wanted = [...new Set(refs)];
  return useQueries({
    queries: wanted.map((ref) => ({
      queryKey: ["operations", ref],
      queryFn: () => callExact<Operation>("GET", `/api/operations/${encodeURIComponent(ref)}`),
      staleTime: Infinity,
      retry: false,
    })),
    // No map: only plain objects are kept as they are where nothing has changed.
    combine: (found) => Object.fromEntries(wanted.flatMap((ref, number) => (found[number]?.data ? [[ref, found[number].data]] : []))),
  });
}

/** What an expression gives for a sample, a moment after the last key. */
export function useResult(expression: string, scope: JsonObject, wanted: boolean) {
  const [text] = useDebouncedValue(expression, PAUSE_MS);
  const query = useQuery({
    queryKey: ["expression", text, scope],
    queryFn: () => callExact<Evaluated>("POST", "/api/expressions/evaluate", { expression: text, scope }),
    enabled: wanted && text.trim() !== "",
    staleTime: MINUTES,
    retry: false,
    placeholderData: keepPreviousData,
  });
  return { ...query, late: text !== expression };
}
