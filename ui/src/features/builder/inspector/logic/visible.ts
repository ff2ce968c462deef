import type { FlowDefinition, JsonObject, Place } from "../../types";
import { isObject } from "./mapping";

/** A step whose output can be taken. */
export interface Visible {
  id: string;
  /** The operation, or null for a loop, whose output is a list. */
  action: string | null;
  /** One output for each item. */
  list: boolean;
  /** It stands in a branch that may not have been taken. */
  perhaps: boolean;
}

export interface Seen {
  steps: Visible[];
  /** What the items come from, the innermost loop's; undefined outside of loops. */
  items: unknown;
  inLoop: boolean;
}

function stepsOf(owner: JsonObject): JsonObject[] {
  return Array.isArray(owner.steps) ? owner.steps.filter(isObject) : [];
}

function branchesOf(step: JsonObject): JsonObject[] {
  return Array.isArray(step.choose) ? step.choose.filter(isObject) : [];
}

function outputs(step: JsonObject, perhaps: boolean): Visible[] {
  if (Array.isArray(step.choose)) return branchesOf(step).flatMap((branch) => stepsOf(branch).flatMap((one) => outputs(one, true)));
  if ("stop" in step) return [];
  const action = typeof step.action === "string" ? step.action : null;
  return [{ id: String(step.id), action, list: action === null || (step.for_each ?? null) !== null, perhaps }];
}

function walk(steps: JsonObject[], seen: Seen, wanted: (step: JsonObject) => boolean): { step: JsonObject; seen: Seen } | null {
  for (const step of steps) {
    if (wanted(step)) return { step, seen };
    const inner =
      branchesOf(step).reduce<ReturnType<typeof walk>>((found, branch) => found ?? walk(stepsOf(branch), seen, wanted), null) ??
      walk(stepsOf(step), { ...seen, items: step.for_each, inLoop: true }, wanted);
    if (inner) return inner;
    seen = { ...seen, steps: [...seen.steps, ...outputs(step, false)] };
  }
  return null;
}

const NOTHING: Seen = { steps: [], items: undefined, inLoop: false };

/** The step of that id, wherever it stands. */
export function stepOf(definition: FlowDefinition, id: string): JsonObject | null {
  return walk(stepsOf(definition as unknown as JsonObject), NOTHING, (step) => step.id === id)?.step ?? null;
}

export function idsOf(definition: FlowDefinition): string[] {
  const found: string[] = [];
  walk(stepsOf(definition as unknown as JsonObject), NOTHING, (step) => {
    found.push(String(step.id));
    return false;
  });
  return found;
}

/** What can be taken at a place: the steps before it, in its own branch, of the same item. */
export function seenAt(definition: FlowDefinition, place: Place): Seen {
  if (place.kind === "trigger") return NOTHING;
  const id = place.kind === "step" ? place.id : place.step;
  return walk(stepsOf(definition as unknown as JsonObject), NOTHING, (step) => step.id === id)?.seen ?? NOTHING;
}

/** What the fields of an action see: an item too, where the action itself is done for each. */
export function withOwnItems(seen: Seen, step: JsonObject): Seen {
  return typeof step.action === "string" && (step.for_each ?? null) !== null ? { ...seen, items: step.for_each, inLoop: true } : seen;
}
