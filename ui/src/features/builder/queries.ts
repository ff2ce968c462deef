import { useQuery } from "@tanstack/react-query";
import { callExact, send } from "../../api/client";
import { decode } from "../../api/exact";
import type { components } from "../../api/schema";
import type { FlowDefinition, FlowProblem, JsonObject } from "./types";

type Schemas = components["schemas"];
export type FlowRow = Schemas["FlowRow"];
export type Version = Schemas["VersionShown"];
export type Differences = Schemas["DifferencesShown"];
export type Published = Schemas["PublishedShown"];
export interface Draft {
  flow_id: string;
  name: string;
  revision: number;
  based_on: number | null;
  changed_by: string;
  changed_at: string;
  definition: FlowDefinition;
}
export interface Flow extends FlowRow {
  definition: FlowDefinition | null;
  draft: Draft | null;
}
export interface Edits {
  draft: Draft;
  undo: JsonObject[];
  problems: FlowProblem[];
}
/** What a dry run shows of one step. */
export interface TriedStep {
  path: string;
  action: string | null;
  state: string;
  says: string | null;
  because: string[];
  input: unknown;
  effects: { [more: string]: unknown }[];
  output: unknown;
  assumed: boolean;
}
export interface Trial {
  outcomes: Record<string, number>;
  results: {
    event: { id: string; kind: string; record_id: string; type: string };
    starts: boolean;
    outcome: string;
    reason: string | null;
    because: string[];
    steps: TriedStep[];
    /** What mappings saw at its start. */
    scope: { event: unknown; before: unknown };
  }[];
}

export const flowPath = (flow: string) => `/api/flows/${encodeURIComponent(flow)}`;

export function useFlows() {
  return useQuery({ queryKey: ["live", "flows"], queryFn: () => callExact<FlowRow[]>("GET", "/api/flows") });
}

export const readFlow = (flow: string) => callExact<Flow>("GET", flowPath(flow));

export function useFlow(flow: string) {
  return useQuery({ queryKey: ["live", "flow", flow], queryFn: () => readFlow(flow) });
}

export function useVersions(flow: string) {
  return useQuery({ queryKey: ["live", "flow", flow, "versions"], queryFn: () => callExact<Version[]>("GET", `${flowPath(flow)}/versions`) });
}

export function useDifferences(flow: string, version: number | null) {
  return useQuery({
    queryKey: ["live", "flow", flow, "diff", version],
    queryFn: () => callExact<Differences>("GET", `${flowPath(flow)}/diff${version === null ? "" : `?version=${version}`}`),
  });
}

/** A flow as a file: its draft where there is one. */
export function useFile(flow: string, draft: boolean) {
  return useQuery({
    queryKey: ["flow", flow, "file", draft],
    queryFn: async () => (await send("GET", `${flowPath(flow)}/export${draft ? "?draft=true" : ""}`, undefined, "")).text(),
    staleTime: 0,
    gcTime: 0,
  });
}

/** Take a file as a draft. */
export async function importFile(text: string, between: { source?: string; target?: string; replace: boolean }): Promise<Edits> {
  const asked = new URLSearchParams();
  if (between.source) asked.set("source", between.source);
  if (between.target) asked.set("target", between.target);
  if (between.replace) asked.set("replace", "true");
  return decode(await (await send("POST", `/api/flows/import?${asked}`, text, "application/yaml")).text()) as Edits;
}
