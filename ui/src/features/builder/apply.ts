import { cloned } from "../../api/exact";
import { branchesOf, findStep, idOf, innerOf, kindOf, renamed, standing, takenIds, type Where } from "./tree";
import { shared } from "./sharing";
import type { FlowDefinition, JsonObject } from "./types";

/** Apply edits as the server will, so that the page need not wait for it; what cannot be applied is left to its answer. */
export function applyEdits(definition: FlowDefinition, edits: JsonObject[]): FlowDefinition {
  return shared(definition, edits.reduce<FlowDefinition>(apply, definition));
}

function apply(definition: FlowDefinition, edit: JsonObject): FlowDefinition {
  if (edit["edit"] === "restore") return edit["definition"] as FlowDefinition;
  let flow = cloned(definition);
  const step = typeof edit["step"] === "string" ? findStep(flow, edit["step"]) : undefined;
  const to = { inside: null, branch: null, before: null, ...(edit["to"] as object) } as Where;
  switch (edit["edit"]) {
    case "rename":
      flow.title = String(edit["title"]);
      break;
    case "set_trigger":
      flow.trigger = String(edit["trigger"]);
      put(flow as unknown as JsonObject, "trigger_with", edit["trigger_with"]);
      break;
    case "set_filter":
      put(flow as unknown as JsonObject, "when", edit["when"]);
      break;
    case "add_step":
      insert(flow, cloned(edit["step"] as JsonObject), to);
      break;
    case "remove_step":
      take(flow, String(edit["step"]));
      break;
    case "move_step": {
      if (!step || !roomAt(flow, to)) break;
      take(flow, idOf(step));
      insert(flow, step, to);
      break;
    }
    case "rename_step": {
      const name = String(edit["to"]);
      if (!step || takenIds(flow).has(name)) break;
      const before = idOf(step);
      step["id"] = name;
      flow = renamed(flow, new Map([[before, name]]));
      break;
    }
    case "set_field":
      if (step) step["with"] = { ...(step["with"] as JsonObject | undefined), [String(edit["field"])]: edit["value"] };
      break;
    case "unset_field":
      if (step) {
        const { [String(edit["field"])]: _gone, ...rest } = (step["with"] ?? {}) as JsonObject;
        put(step, "with", rest);
      }
      break;
    case "set_option":
      if (step) put(step, String(edit["option"]), edit["value"]);
      break;
    case "add_branch":
      if (step) branchesOf(step).splice((edit["at"] as number | null | undefined) ?? branchesOf(step).length, 0, cloned(edit["branch"] ?? { steps: [] }) as never);
      break;
    case "remove_branch":
      if (step) branchesOf(step).splice(Number(edit["branch"]), 1);
      break;
    case "set_branch": {
      const branch = step ? branchesOf(step)[Number(edit["branch"])] : undefined;
      if (branch) put(branch as unknown as JsonObject, "when", edit["when"]);
      break;
    }
  }
  return flow;
}

function put(holder: JsonObject, key: string, value: unknown): void {
  const empty =
    value === null || value === undefined ||
    (typeof value === "object" && Object.keys(value as object).length === 0);
  if (empty) delete holder[key];
  else holder[key] = cloned(value);
}

function take(flow: FlowDefinition, id: string): void {
  const found = standing(flow, id);
  found?.steps.splice(found.index, 1);
}

function roomAt(flow: FlowDefinition, to: Where): JsonObject[] | undefined {
  if (to.inside === null) return flow.steps;
  const holder = findStep(flow, to.inside);
  if (!holder) return undefined;
  if (kindOf(holder) === "choose") return to.branch === null ? undefined : branchesOf(holder)[to.branch]?.steps;
  return kindOf(holder) === "each" ? innerOf(holder) : undefined;
}

function insert(flow: FlowDefinition, step: JsonObject, to: Where): void {
  const room = roomAt(flow, to);
  if (!room) return;
  const index = to.before === null ? -1 : room.findIndex((one) => idOf(one) === to.before);
  room.splice(index < 0 ? room.length : index, 0, step);
}
