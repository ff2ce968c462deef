import { encode } from "../../api/exact";
import type { OperationRow } from "../catalogue/types";
import { branchesOf, kindOf, type Kind } from "./tree";
import type { FlowDefinition, JsonObject, Place } from "./types";

export const SYSTEMS: Record<string, string> = { ghl: "HighLevel", act: "Act!", core: "orderbridge" };
export const KINDS: Record<Kind, string> = { action: "Action", choose: "Choose", each: "For each", stop: "Stop" };

/** Operations by what a flow names them. */
export type Names = Map<string, OperationRow>;

export function titled(names: Names, ref: string): string {
  return names.get(ref)?.title ?? ref;
}

/** One condition in words. */
export function check(one: JsonObject): string {
  const what = String(one["expression"] ?? one["from"] ?? "?");
  const how: [string, string][] = [
    ["equals", "is"], ["not_equals", "is not"], ["in", "is one of"], ["not_in", "is none of"], ["above", "is above"], ["below", "is below"],
  ];
  for (const [key, word] of how) if (key in one) return `${what} ${word} ${encode(one[key])}`;
  if ("present" in one) return one["present"] ? `${what} is there` : `${what} is not there`;
  if ("is" in one) return `${what} is ${String(one["is"])}`;
  return what;
}

export function checks(all: JsonObject[] | undefined): string {
  return all && all.length > 0 ? all.map(check).join(" and ") : "";
}

/** The two lines of a part: what it is, and what it does. */
export function lines(definition: FlowDefinition, place: Place, step: JsonObject | null, names: Names): { kind: string; title: string; more: string } {
  if (place.kind === "trigger")
    return { kind: "Trigger", title: titled(names, definition.trigger), more: definition.when?.length ? `only if ${checks(definition.when)}` : "always" };
  if (place.kind === "branch") {
    const when = step ? branchesOf(step)[place.index]?.when : undefined;
    return { kind: "Branch", title: when?.length ? `if ${checks(when)}` : "otherwise", more: `branch ${place.index + 1} of ${place.step}` };
  }
  const kind = step ? kindOf(step) : "action";
  const id = place.id;
  if (!step) return { kind: KINDS.action, title: id, more: "" };
  if (kind === "action") return { kind: system(String(step["action"])), title: titled(names, String(step["action"])), more: id };
  if (kind === "choose") return { kind: KINDS.choose, title: "The first branch that fits", more: id };
  if (kind === "stop") return { kind: KINDS.stop, title: String(step["stop"]), more: id };
  return { kind: KINDS.each, title: `each of ${source(step["for_each"])}`, more: id };
}

function source(mapping: unknown): string {
  const from = mapping && typeof mapping === "object" ? ((mapping as JsonObject)["from"] ?? (mapping as JsonObject)["expression"]) : mapping;
  return typeof from === "string" && from ? from : "a list";
}

function system(ref: string): string {
  return SYSTEMS[ref.split(".")[0] ?? ""] ?? "Action";
}

/** What a part is called when it is announced. */
export function called(place: Place): string {
  if (place.kind === "trigger") return "the trigger";
  return place.kind === "step" ? `‘${place.id}’` : `branch ${place.index + 1} of ‘${place.step}’`;
}
