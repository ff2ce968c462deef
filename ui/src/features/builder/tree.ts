import { cloned, Exact } from "../../api/exact";
import type { FlowDefinition, JsonObject, Place } from "./types";

/** A place for a step, as flows/edit_kinds.py has it. */
export interface Where {
  inside: string | null;
  branch: number | null;
  before: string | null;
}
export type Kind = "action" | "choose" | "each" | "stop";
export interface Branch {
  when?: JsonObject[];
  steps: JsonObject[];
}
/** A line of the list. */
export interface Row {
  key: string;
  place: Place;
  level: number;
  /** Of the step, or of the branch's choice. */
  step: JsonObject | null;
  /** Its number among its siblings, from 1, and how many there are. */
  position: number;
  siblings: number;
}

export const TRIGGER: Place = { kind: "trigger" };

export function idOf(step: JsonObject): string {
  return String(step["id"]);
}

export function kindOf(step: JsonObject): Kind {
  return "action" in step ? "action" : "choose" in step ? "choose" : "stop" in step ? "stop" : "each";
}

export function branchesOf(step: JsonObject): Branch[] {
  return (step["choose"] as Branch[] | undefined) ?? [];
}

export function innerOf(step: JsonObject): JsonObject[] {
  return (step["steps"] as JsonObject[] | undefined) ?? [];
}

/** Every list of steps directly within a step, with its place. */
function listsIn(step: JsonObject): { where: Where; steps: JsonObject[] }[] {
  const inside = idOf(step);
  if (kindOf(step) === "choose")
    return branchesOf(step).map((branch, index) => ({ where: { inside, branch: index, before: null }, steps: branch.steps ?? [] }));
  if (kindOf(step) === "each") return [{ where: { inside, branch: null, before: null }, steps: innerOf(step) }];
  return [];
}

/** Every list of steps of a flow: the flow itself, branches, loops. */
export function* listsOf(steps: JsonObject[], where: Where = { inside: null, branch: null, before: null }): Generator<{ where: Where; steps: JsonObject[] }> {
  yield { where, steps };
  for (const step of steps) for (const list of listsIn(step)) yield* listsOf(list.steps, list.where);
}

/** Every step, in the order of the text. */
export function* everyStep(steps: JsonObject[]): Generator<JsonObject> {
  for (const step of steps) {
    yield step;
    for (const list of listsIn(step)) yield* everyStep(list.steps);
  }
}

export function findStep(definition: FlowDefinition, id: string): JsonObject | undefined {
  for (const step of everyStep(definition.steps)) if (idOf(step) === id) return step;
  return undefined;
}

/** The list in which a step stands, its place, and the step's number in it. */
export function standing(definition: FlowDefinition, id: string): { where: Where; steps: JsonObject[]; index: number } | undefined {
  for (const list of listsOf(definition.steps)) {
    const index = list.steps.findIndex((step) => idOf(step) === id);
    if (index >= 0) return { ...list, index };
  }
  return undefined;
}

export function at(definition: FlowDefinition, place: Place): JsonObject | Branch | undefined {
  if (place.kind === "step") return findStep(definition, place.id);
  if (place.kind === "branch") {
    const step = findStep(definition, place.step);
    return step ? branchesOf(step)[place.index] : undefined;
  }
  return undefined;
}

export function keyOf(place: Place): string {
  if (place.kind === "trigger") return "trigger";
  return place.kind === "step" ? `step:${place.id}` : `branch:${place.step}:${place.index}`;
}

/** The flow as lines, each with its depth. */
export function rowsOf(definition: FlowDefinition): Row[] {
  const rows: Row[] = [{ key: "trigger", place: TRIGGER, level: 1, step: null, position: 1, siblings: definition.steps.length + 1 }];
  const walk = (steps: JsonObject[], level: number, more: number) => {
    steps.forEach((step, index) => {
      const place: Place = { kind: "step", id: idOf(step) };
      rows.push({ key: keyOf(place), place, level, step, position: index + 1 + more, siblings: steps.length + more });
      branchesOf(step).forEach((branch, number, all) => {
        const there: Place = { kind: "branch", step: idOf(step), index: number };
        rows.push({ key: keyOf(there), place: there, level: level + 1, step, position: number + 1, siblings: all.length });
        walk(branch.steps ?? [], level + 2, 0);
      });
      if (kindOf(step) === "each") walk(innerOf(step), level + 1, 0);
    });
  };
  walk(definition.steps, 1, 1);
  return rows;
}

/** Where a new step goes, seen from what is selected. */
export function whereFrom(definition: FlowDefinition, place: Place, side: "before" | "after" | "inside"): Where {
  const first = (steps: JsonObject[]) => (steps[0] ? idOf(steps[0]) : null);
  if (place.kind === "trigger") return { inside: null, branch: null, before: first(definition.steps) };
  if (place.kind === "branch") return { inside: place.step, branch: place.index, before: null };
  const step = findStep(definition, place.id);
  if (side === "inside" && step) {
    const [list] = listsIn(step);
    if (list) return list.where;
  }
  const found = standing(definition, place.id);
  if (!found) return { inside: null, branch: null, before: null };
  if (side === "before") return { ...found.where, before: place.id };
  const next = found.steps[found.index + 1];
  return { ...found.where, before: next ? idOf(next) : null };
}

/** Where a step goes when it is moved by one; null where it is the first or last already. */
export function whereMoved(definition: FlowDefinition, id: string, by: "up" | "down"): Where | null {
  const found = standing(definition, id);
  if (!found) return null;
  if (by === "up") {
    const before = found.steps[found.index - 1];
    return before ? { ...found.where, before: idOf(before) } : null;
  }
  if (found.index + 1 >= found.steps.length) return null;
  const after = found.steps[found.index + 2];
  return { ...found.where, before: after ? idOf(after) : null };
}

/** Every list that a step may be moved to the end of: not those within itself. */
export function roomsFor(definition: FlowDefinition, id: string): { where: Where; label: string }[] {
  const step = findStep(definition, id);
  const own = new Set(step ? [...everyStep([step])].map(idOf) : []);
  return [...listsOf(definition.steps)]
    .filter(({ where }) => where.inside === null || !own.has(where.inside))
    .map(({ where }) => ({
      where,
      label:
        where.inside === null
          ? "the end of the flow"
          : where.branch === null
            ? `the loop ‘${where.inside}’`
            : `branch ${where.branch + 1} of ‘${where.inside}’`,
    }));
}

/** An id that no step has yet. */
export function freshId(wanted: string, taken: Set<string>): string {
  const base = wanted.toLowerCase().replace(/[^a-z0-9_]+/g, "_").replace(/^[^a-z]+/, "").replace(/_+$/, "") || "step";
  if (!taken.has(base)) return base;
  const stem = base.replace(/_\d+$/, "");
  for (let number = 2; ; number++) if (!taken.has(`${stem}_${number}`)) return `${stem}_${number}`;
}

export function takenIds(definition: FlowDefinition): Set<string> {
  return new Set([...everyStep(definition.steps)].map(idOf));
}

/** Names in places of the form steps.ID, changed throughout a value. */
export function renamed<T>(value: T, names: Map<string, string>): T {
  if (typeof value === "string")
    return value.replace(/\bsteps\.([a-z][a-z0-9_]*)/g, (all, id: string) => (names.has(id) ? `steps.${names.get(id)}` : all)) as T;
  if (Array.isArray(value)) return value.map((item) => renamed(item, names)) as T;
  if (value && typeof value === "object" && !(value instanceof Exact))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, renamed(item, names)])) as T;
  return value;
}

/** A copy of a step under ids of its own; what its parts take from each other they take from the copies. */
export function copyOf(step: JsonObject, taken: Set<string>): JsonObject {
  const used = new Set(taken);
  const names = new Map<string, string>();
  for (const one of everyStep([step])) {
    const id = freshId(idOf(one), used);
    used.add(id);
    names.set(idOf(one), id);
  }
  const relabel = (one: JsonObject): JsonObject => {
    const copy: JsonObject = { ...one, id: names.get(idOf(one)) };
    if ("choose" in one) copy["choose"] = branchesOf(one).map((branch) => ({ ...branch, steps: (branch.steps ?? []).map(relabel) }));
    if ("steps" in one) copy["steps"] = innerOf(one).map(relabel);
    return copy;
  };
  return relabel(renamed(cloned(step), names));
}

/** The place in the flow that a problem's words lead to. */
export function placeOfProblem(words: string): Place {
  const parts = words.split(".");
  if (parts[0] !== "steps" || !parts[1] || /^\d+$/.test(parts[1])) return TRIGGER;
  if (parts[2] === "choose" && /^\d+$/.test(parts[3] ?? "")) return { kind: "branch", step: parts[1], index: Number(parts[3]) };
  return { kind: "step", id: parts[1] };
}
