import type { Trial } from "./queries";

export type JsonObject = Record<string, unknown>;
/** A flow's definition as the API has it: see flows/model.py (steps: {id, action, with, when, allow, for_each, retry} | {id, choose:[{when, steps}]} | {id, for_each, steps} | {id, stop, as}). */
export interface FlowDefinition { flow: string; title: string; trigger: string; trigger_with?: JsonObject; when?: JsonObject[]; steps: JsonObject[] }
/** What is looked at: the trigger with the flow's filter, a step by its id, or a branch of a choose step. */
export type Place = { kind: "trigger" } | { kind: "step"; id: string } | { kind: "branch"; step: string; index: number };
/** As POST /api/flows/{flow}/edits and /validate say it. */
export interface FlowProblem { place: string; message: string; severity?: string; [more: string]: unknown }
export interface InspectorProps {
  flow: string;                 // its name or id, for calls
  source: string; target: string; // names of the connections
  definition: FlowDefinition;   // as it is now, edits included
  place: Place;
  problems: FlowProblem[];      // of the whole flow; the inspector shows those of its place at the field
  readOnly: boolean;
  tried: Trial | null;          // the last dry run of the flow as it stood then; its outputs are the samples
  onEdit: (edits: JsonObject[]) => void; // edits of flows/edit_kinds.py; the builder applies, saves, and can undo them
}
