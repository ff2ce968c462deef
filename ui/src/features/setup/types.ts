import type { components } from "../../api/schema";

type Schemas = components["schemas"];
export type Sandbox = Schemas["SandboxShown"];

export interface Effect {
  does: "creates" | "changes" | "nothing" | "sends";
  says: string;
  system: string;
  kind: string;
  id: string | null;
  fields: { field: string; before: unknown; after: unknown }[];
  request: unknown;
  note: string | null;
}

export interface TriedStep {
  path: string;
  action: string | null;
  state: string;
  says: string | null;
  because: string[];
  effects: Effect[];
}

export interface Tried {
  flow: string;
  event: { id: string; kind: string; record_id: string; type: string; source: string };
  starts: boolean;
  outcome: "done" | "nothing" | "held" | "waits" | "fails" | "not_now";
  reason: string | null;
  because: string[];
  steps: TriedStep[];
}

export interface Trial {
  id: string;
  flow: string;
  mode: string;
  results: Tried[];
}
