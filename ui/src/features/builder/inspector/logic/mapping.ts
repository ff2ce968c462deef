import { Exact } from "../../../../api/exact";
import type { JsonObject } from "../../types";
import { isScalar } from "./values";

/** The ways in which a field can be filled, as people choose them. */
export type Kind = "none" | "fixed" | "from" | "text" | "expression" | "object" | "list" | "json";

export const KIND_WORDS: Record<Kind, string> = {
  none: "Leave alone",
  fixed: "Fixed value",
  from: "A field",
  text: "Text with fields",
  expression: "Expression",
  object: "Parts",
  list: "List",
  json: "As JSON",
};

const SOURCES = ["from", "text", "expression", "object", "value"];

export function isObject(value: unknown): value is JsonObject {
  return value !== null && typeof value === "object" && !Array.isArray(value) && !(value instanceof Exact);
}

/** A mapping taken apart for a form; ``written`` puts the same JSON together again.
 *
 * ``main`` is the source, ``options`` is everything else that stands beside it, known to the form or not, and
 * ``wrapped`` says whether a fixed value or a list stands in ``{value: …}``. ``order`` keeps the author's order.
 */
export interface Form {
  kind: Kind;
  main: unknown;
  options: JsonObject;
  wrapped: boolean;
  order: string[];
}

const PLAIN: Pick<Form, "options" | "wrapped" | "order"> = { options: {}, wrapped: false, order: [] };

export function read(value: unknown): Form {
  if (value === undefined) return { ...PLAIN, kind: "none", main: undefined };
  if (isScalar(value)) return { ...PLAIN, kind: "fixed", main: value };
  if (Array.isArray(value)) return { ...PLAIN, kind: "list", main: value };
  const given = value as JsonObject;
  const sources = SOURCES.filter((name) => Object.hasOwn(given, name));
  const source = sources[0];
  if (sources.length !== 1 || source === undefined) return { ...PLAIN, kind: "json", main: value };
  const main = given[source];
  const options = Object.fromEntries(Object.entries(given).filter(([name]) => name !== source));
  const form = { main, options, wrapped: true, order: Object.keys(given) };
  if (source === "value") return isScalar(main) ? { ...form, kind: "fixed" } : { ...PLAIN, kind: "json", main: value };
  if (source === "object") return isObject(main) ? { ...form, kind: "object" } : { ...PLAIN, kind: "json", main: value };
  return typeof main === "string" ? { ...form, kind: source as Kind } : { ...PLAIN, kind: "json", main: value };
}

export function written(form: Form): unknown {
  const { kind, main, options } = form;
  if (kind === "none") return undefined;
  if (kind === "json" || kind === "list") return main;
  if (kind === "fixed" && !form.wrapped && Object.keys(options).length === 0) return main;
  const source = kind === "fixed" ? "value" : kind;
  const whole: JsonObject = { [source]: main, ...options };
  const ordered = form.order.filter((name) => Object.hasOwn(whole, name));
  const names = [...ordered, ...Object.keys(whole).filter((name) => !ordered.includes(name))];
  return Object.fromEntries(names.map((name) => [name, whole[name]]));
}

/** Another way to fill the field; what can be taken along is taken along. */
export function asKind(form: Form, kind: Kind): Form {
  const options = ["list", "json", "none"].includes(form.kind) ? {} : form.options;
  const text = typeof form.main === "string" ? form.main : "";
  switch (kind) {
    case "none":
      return { ...PLAIN, kind, main: undefined };
    case "fixed":
      return { ...PLAIN, kind, main: form.kind === "text" && !text.includes("{") ? text : "" };
    case "from":
      return { kind, main: "", options, wrapped: true, order: [] };
    case "text":
      return { kind, main: form.kind === "from" && text ? `{${text}}` : form.kind === "fixed" ? text : "", options, wrapped: true, order: [] };
    case "expression":
      return { kind, main: form.kind === "from" ? text : "", options, wrapped: true, order: [] };
    case "object":
      return { kind, main: {}, options: {}, wrapped: true, order: [] };
    case "list":
      return { ...PLAIN, kind, main: form.kind === "none" ? [] : [written(form)] };
    case "json":
      return { ...PLAIN, kind, main: written(form) ?? null };
  }
}

export function withMain(form: Form, main: unknown): Form {
  return { ...form, main };
}

/** Set an option of a mapping; undefined takes it away. */
export function withOption(form: Form, name: string, value: unknown): Form {
  const options = { ...form.options };
  if (value === undefined) delete options[name];
  else options[name] = value;
  return { ...form, options };
}

/** The options that the form shows; others are kept, and shown as JSON. */
export const SHOWN_OPTIONS = [
  "if_missing",
  "if_null",
  "if_empty",
  "otherwise",
  "required",
  "convert",
  "map",
  "lookup",
  "unmapped",
  "drop_down",
];

export interface Conversion {
  name: string;
  options: JsonObject;
}

/** The conversions of a mapping, or null where they are written in a way that the form does not know. */
export function conversionsOf(convert: unknown): Conversion[] | null {
  if (convert === undefined || convert === null) return [];
  const found: Conversion[] = [];
  for (const item of Array.isArray(convert) ? convert : [convert]) {
    if (typeof item === "string") found.push({ name: item, options: {} });
    else if (isObject(item) && Object.keys(item).length === 1 && isObject(Object.values(item)[0]))
      found.push({ name: Object.keys(item)[0]!, options: Object.values(item)[0] as JsonObject });
    else return null;
  }
  return found;
}

/** ``before`` says how it was written, and stays where nothing changed. */
export function convertOf(conversions: Conversion[], before: unknown): unknown {
  const was = conversionsOf(before);
  if (was !== null && JSON.stringify(was) === JSON.stringify(conversions)) return before;
  const items = conversions.map(({ name, options }) => (Object.keys(options).length === 0 ? name : { [name]: options }));
  return items.length === 0 ? undefined : items.length === 1 ? items[0] : items;
}
