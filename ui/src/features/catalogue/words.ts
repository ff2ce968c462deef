import type { Effect, OperationRow, Schema } from "./types";

export const SYSTEMS: Record<OperationRow["system"], string> = { ghl: "HighLevel", act: "Act!", core: "orderbridge" };
export const TIERS: Record<OperationRow["tier"], string> = { curated: "Curated", api: "Any published call", denied: "Refused" };
export const EFFECTS: Record<Effect, string> = {
  reads: "reads",
  writes: "writes",
  messages_people: "sends messages to people",
  moves_money: "moves money",
  deletes: "deletes",
  adds_choices: "adds choices to lists",
};
/** Effects that somebody has to agree to before they happen. */
export const NEEDS_CONSENT: Effect[] = ["messages_people", "moves_money", "deletes"];

export interface Filter {
  q: string;
  system: string;
  kind: string;
  tier: string;
  effect: string;
}

/** Whether an operation fits; all words must occur in its name, title, description or path. */
export function fits(row: OperationRow, asked: Filter): boolean {
  if (asked.system && row.system !== asked.system) return false;
  if (asked.kind && row.kind !== asked.kind) return false;
  if (asked.tier && row.tier !== asked.tier) return false;
  if (asked.effect && !row.effects.includes(asked.effect as Effect)) return false;
  const words = asked.q.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const text = [row.id, row.title, row.description, row.method, row.path].join(" ").toLowerCase();
  return words.every((word) => text.includes(word));
}

/** What stands for a schema in one line: ‘text’, ‘list of objects’, ‘one of Open, Won’. */
export function kindOf(schema: Schema): string {
  if (schema.const !== undefined) return `always ${String(schema.const)}`;
  if (schema.enum) return `one of ${schema.enum.map(String).join(", ")}`;
  const several = schema.anyOf ?? schema.oneOf;
  if (several) return several.map(kindOf).join(" or ");
  const types = Array.isArray(schema.type) ? schema.type : schema.type ? [schema.type] : [];
  if (types.includes("array")) return `list of ${schema.items ? kindOf(schema.items) : "anything"}`;
  const names: Record<string, string> = { string: "text", integer: "whole number", number: "number", boolean: "yes or no", object: "object", null: "nothing" };
  const said = types.map((type) => names[type] ?? type).join(" or ") || "anything";
  return schema.format ? `${said} (${schema.format})` : said;
}

/** Where an operation may really be called from the page, and where it may not, why. */
export function callable(effects: readonly string[], modes: readonly string[]): "freely" | "reads live" | "preview only" {
  if (modes.every((mode) => mode !== "live")) return "freely";
  return effects.every((effect) => effect === "reads") ? "reads live" : "preview only";
}
