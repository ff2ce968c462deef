import { everyStep, idOf } from "./tree";
import type { FlowDefinition } from "./types";

export interface Difference {
  place: string;
  kind: "added" | "removed" | "changed" | "order";
  before: unknown;
  after: unknown;
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** What is different between two editions, step by step: enough to choose between them. */
export function differences(before: FlowDefinition, after: FlowDefinition): Difference[] {
  const found: Difference[] = [];
  for (const key of ["title", "trigger", "trigger_with", "when"] as const)
    if (!same(before[key], after[key])) found.push(entry(key, before[key], after[key]));
  const [old, now] = [before, after].map((one) => new Map([...everyStep(one.steps)].map((step) => [idOf(step), step]))) as [Map<string, object>, Map<string, object>];
  for (const id of new Set([...old.keys(), ...now.keys()])) {
    const [first, second] = [bare(old.get(id)), bare(now.get(id))];
    if (!same(first, second)) found.push(entry(`step ${id}`, first, second));
  }
  const kept = (one: Map<string, object>, other: Map<string, object>) => [...one.keys()].filter((id) => other.has(id));
  if (!same(kept(old, now), kept(now, old))) found.push({ place: "the order of the steps", kind: "order", before: kept(old, now), after: kept(now, old) });
  return found;
}

function entry(place: string, before: unknown, after: unknown): Difference {
  return { place, kind: before === undefined ? "added" : after === undefined ? "removed" : "changed", before, after };
}

/** A step without the steps within it, which are compared by themselves. */
function bare(step: object | undefined): unknown {
  if (!step) return undefined;
  const { steps: _steps, choose, ...rest } = step as { steps?: unknown; choose?: { when?: unknown }[] };
  return choose ? { ...rest, branches: choose.map((branch) => branch.when ?? []) } : rest;
}
