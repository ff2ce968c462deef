import { numberIn } from "../../api/exact";
import type { Schema } from "../catalogue/types";
import type { Pick as Picking } from "../choices/queries";
import type { Accounts, Setting, Template } from "./types";

export type Kind = "choice" | "yes_no" | "text" | "number" | "list" | "rows" | "parts" | "json";

const SCALARS: Kind[] = ["choice", "yes_no", "text", "number"];

/** How a value of this form is asked for. */
export function kindOf(schema: Schema): Kind {
  if (schema.enum) return "choice";
  const types = typesOf(schema);
  if (types.includes("boolean") && types.length === 1) return "yes_no";
  if (types.includes("string")) return "text";
  if (types.includes("integer") || types.includes("number")) return "number";
  if (types.includes("array")) {
    const items = schema.items ?? {};
    if (kindOf(items) === "text") return "list";
    // What stands in a cell of a row has to be a single value; other parts of a row stay as they are.
    return columns(items).length > 0 ? "rows" : "json";
  }
  if (types.includes("object") && (parts(schema).length > 0 || typeof schema.additionalProperties === "object")) return "parts";
  return "json";
}

export function typesOf(schema: Schema): string[] {
  const types = Array.isArray(schema.type) ? schema.type : schema.type ? [schema.type] : [];
  return types.filter((type) => type !== "null");
}

export function isNullable(schema: Schema): boolean {
  return Array.isArray(schema.type) && schema.type.includes("null");
}

/** The parts of an object that are asked for one by one: those that its form names, or else those that it has. */
export function parts(schema: Schema, value: Values = {}): { name: string; schema: Schema }[] {
  const known = Object.entries(schema.properties ?? {}).map(([name, part]) => ({ name, schema: part }));
  if (known.length > 0) return known;
  const other = schema.additionalProperties;
  if (typeof other !== "object") return [];
  return (schema.required ?? Object.keys(value)).map((name) => ({ name, schema: other }));
}

export function columns(items: Schema): { name: string; schema: Schema }[] {
  return parts(items).filter((part) => SCALARS.includes(kindOf(part.schema)));
}

/** ``owner_keeps`` as people write it. */
export function words(name: string): string {
  const spaced = name.replaceAll("_", " ");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** What was typed as the value that it stands for; what is no number yet stays as it was typed. */
export function number(text: string): unknown {
  return text.trim() === "" ? null : (numberIn(text.trim()) ?? text);
}

export type Values = Record<string, unknown>;

/** What the form begins with: what it was enabled with before, and the usual for the rest. */
export function initial(settings: Setting[], before: Values = {}): Values {
  return Object.fromEntries(settings.map((item) => [item.name, item.name in before ? before[item.name] : item.required ? empty(item.schema) : item.default]));
}

/** With what a template is enabled between two accounts. */
export function settingsBetween(template: Pick<Template, "between">, accounts: Partial<Accounts>): Values {
  return template.between.find((one) => one.highlevel === accounts.highlevel && one.act === accounts.act)?.settings ?? {};
}

/** What a value is picked from, as its schema says. */
export function pickOf(schema: Schema): Picking | null {
  const from = schema["x-choices"];
  const of = schema["x-choices-of"];
  return typeof from === "string" ? { from, ...(typeof of === "string" ? { of } : {}) } : null;
}

function empty(schema: Schema): unknown {
  const kind = kindOf(schema);
  if (kind === "list" || kind === "rows") return [];
  if (kind === "parts") return {};
  if (kind === "yes_no") return false;
  return kind === "text" ? "" : null;
}

/** Only what differs from the default is sent: a better default of a later version is taken then. */
export function changed(settings: Setting[], values: Values): Values {
  return Object.fromEntries(
    settings
      .filter((item) => item.name in values)
      .filter((item) => item.required || JSON.stringify(values[item.name]) !== JSON.stringify(item.default))
      .map((item) => [item.name, values[item.name]]),
  );
}

/** What has to be given and is not. */
export function lacking(settings: Setting[], values: Values): Setting[] {
  return settings.filter((item) => {
    const value = values[item.name];
    return item.required && (value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0));
  });
}
