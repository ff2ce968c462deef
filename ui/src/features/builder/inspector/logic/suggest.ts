import type { Source } from "./tree";

/** Names that say the same in one system and the other. */
const ALIKE: Record<string, string> = {
  mail: "email",
  emails: "email",
  mobile: "phone",
  telephone: "phone",
  zip: "postal",
  postcode: "postal",
  surname: "last",
  family: "last",
  given: "first",
  title: "name",
  full: "",
  address: "",
  business: "",
  number: "",
  total: "amount",
  value: "amount",
  happened: "created",
  opened: "created",
  started: "created",
};
const ENOUGH = 0.6;

const remembered = new Map<string, string[]>();
const MOST_REMEMBERED = 20_000;

/** The words of a name; the same names are asked for again and again, once for each field. */
function tokens(name: string): string[] {
  const before = remembered.get(name);
  if (before) return before;
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  const found = split(name);
  remembered.set(name, found);
  return found;
}

function split(name: string): string[] {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word && !/^\d+$/.test(word));
  const known = words.map((word) => ALIKE[word] ?? word).filter(Boolean);
  return known.length > 0 ? known : words;
}

function likeness(one: string[], other: string[]): number {
  const shared = one.filter((word) => other.includes(word)).length;
  return one.length + other.length === 0 ? 0 : (2 * shared) / (one.length + other.length);
}

/** How well a source fits a field by its name, from 0 to 1.
 *
 * The event itself goes by its kind: ``event.id`` of an order is an order's id.
 */
export function score(field: string, path: string, eventKind: string): number {
  const parts = path.split(".").filter((part) => !/^\d+$/.test(part) && part !== "steps");
  if (parts[0] === "event") parts[0] = eventKind || "event";
  const wanted = tokens(field.split(".").pop() ?? field);
  const last = tokens(parts[parts.length - 1] ?? "");
  const two = tokens(parts.slice(-2).join("_"));
  const depth = path.split(".").length * 0.001;
  return Math.max(likeness(wanted, last), likeness(wanted, two) * 0.99) - depth;
}

/** Whether a value of this type could stand there at all. */
function fits(source: Source, type: string): boolean {
  if (!type || !source.type) return true;
  const group = (name: string) => (["fields", "list", "yes or no"].includes(name) ? name : "plain");
  return group(source.type) === group(type);
}

/** The source that fits best, or null where none fits well enough. */
export function suggestion(field: string, type: string, sources: Source[], eventKind: string): Source | null {
  let best: Source | null = null;
  let most = ENOUGH;
  const isId = /(^|_)id$/.test(field);
  for (const source of sources) {
    if (!fits(source, type)) continue;
    // A record of one system is none of the other: of the event only its own id is certain to be what is meant.
    if (isId && !source.path.startsWith("steps.") && source.path !== "event.id") continue;
    const found = score(field, source.path, eventKind) - (isId ? 0.35 : 0);
    if (found > most) [best, most] = [source, found];
  }
  return best;
}
