import type { BackfillRow, Kind } from "./types";

/** Each kind with what it brings, in the order in which they are offered. */
export const KINDS: { kind: Kind; label: string; description: string }[] = [
  { kind: "orders", label: "Orders", description: "with their payments" },
  { kind: "fulfilments", label: "Fulfilments", description: "what was handed over; found by its order" },
  { kind: "transactions", label: "Payments and refunds", description: "also those that belong to no order" },
  { kind: "subscriptions", label: "Subscriptions", description: "" },
  { kind: "invoices", label: "Invoices", description: "" },
  { kind: "contacts", label: "Contacts", description: "" },
  { kind: "products", label: "Products", description: "" },
];
/** Only these can be asked for by their ids. */
export const BY_ID: Kind[] = ["orders", "invoices", "contacts", "products"];

export function labelOf(kind: string): string {
  return KINDS.find((item) => item.kind === kind)?.label ?? kind;
}

/** What is chosen, in a few words. */
export function chosenOf({ selection }: Pick<BackfillRow, "selection">): string {
  const kinds = selection.kinds.map((kind, place) => (place === 0 ? labelOf(kind) : labelOf(kind).toLowerCase())).join(", ");
  if (selection.ids.length > 0) return `${kinds}: ${selection.ids.length} by id`;
  if (!selection.since && !selection.until) return `${kinds}, of all time`;
  return [kinds, selection.since ? `since ${selection.since}` : "", selection.until ? `until ${selection.until}` : ""].filter(Boolean).join(", ");
}

/** The ids of a text: one in a line or with commas; what stands behind a # is a remark. */
export function idsOf(text: string): string[] {
  const found = text.split("\n").flatMap((line) => (line.split("#")[0] ?? "").split(",").map((part) => part.trim()));
  return [...new Set(found.filter(Boolean))];
}

/** What a backfill leaves out or does besides. */
export function quietOf({ options }: Pick<BackfillRow, "options">): string {
  if (options.with_tasks && options.with_messages) return "It also makes tasks, and sends messages and notifications where the flow has the consent.";
  if (options.with_tasks) return "It makes tasks too, and sends no messages or notifications.";
  if (options.with_messages) return "It sends messages and notifications where the flow has the consent, and makes no tasks.";
  return "It is quiet: no tasks, no messages, no notifications.";
}

const COUNTS: [string, string][] = [
  ["delivered", "handed over to the workers"],
  ["known", "known already, left alone"],
  ["taken_up", "came in before a flow listened, taken up now"],
  ["outside", "listed, but outside the chosen days"],
  ["no_order", "without an order that could be found"],
  ["moved_meanwhile", "changed while the backfill ran"],
];
const OUTCOMES: [string, string][] = [
  ["done", "carried over"],
  ["nothing", "had nothing to do"],
  ["pending", "in work"],
  ["waiting", "waiting for their time"],
  ["parked", "parked for a while"],
  ["dead", "waiting for a person"],
  ["cancelled", "cancelled"],
];

/** The counts that are not zero, in words. */
export function countsOf(found: Record<string, number>): [string, number][] {
  return worded(COUNTS, found);
}

/** What became of the changes, in words; a word that is new here is shown as it came. */
export function outcomesOf(found: Record<string, number>): [string, number][] {
  const known = new Set(OUTCOMES.map(([name]) => name));
  const other: [string, string][] = Object.keys(found).filter((name) => !known.has(name)).map((name) => [name, name]);
  return worded([...OUTCOMES, ...other], found);
}

function worded(names: [string, string][], found: Record<string, number>): [string, number][] {
  return names.flatMap(([name, text]) => ((found[name] ?? 0) > 0 ? [[text, found[name] ?? 0] as [string, number]] : []));
}
