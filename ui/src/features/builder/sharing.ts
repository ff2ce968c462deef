import { Exact } from "../../api/exact";
import type { JsonObject } from "./types";

/**
 * The same as ``after``, made of the objects of ``before`` wherever they say the same.
 *
 * What an edit did not touch stays the very same object, so that only what changed is drawn again. Steps are found by
 * their ids: one that was put in between does not make others of all below it.
 */
export function shared<T>(before: unknown, after: T): T {
  if (Object.is(before, after)) return after;
  if (before instanceof Exact && after instanceof Exact && before.text === after.text) return before as T;
  if (Array.isArray(before) && Array.isArray(after)) return ofLists(before, after) as T;
  if (isPlain(before) && isPlain(after)) {
    const names = Object.keys(after);
    const made = Object.fromEntries(names.map((name) => [name, shared(before[name], (after as JsonObject)[name])]));
    const sameOrder = Object.keys(before).every((name, number) => names[number] === name) && Object.keys(before).length === names.length;
    return (sameOrder && names.every((name) => Object.is(before[name], made[name])) ? before : made) as T;
  }
  return after;
}

function ofLists(before: unknown[], after: unknown[]): unknown[] {
  const byId = new Map(before.flatMap((item) => (isPlain(item) && typeof item["id"] === "string" ? [[item["id"], item]] : [])));
  const made = after.map((item, number) => shared(isPlain(item) && typeof item["id"] === "string" ? byId.get(item["id"]) : before[number], item));
  return made.length === before.length && made.every((item, number) => Object.is(item, before[number])) ? before : made;
}

function isPlain(value: unknown): value is JsonObject {
  return value !== null && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype;
}
