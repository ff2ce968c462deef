import { Exact } from "../../../api/exact";
import type { Schema } from "../types";

/** How a value of a schema is asked for. */
export type Shape = "choice" | "yes_no" | "number" | "day" | "text" | "parts" | "rows" | "json";
export type Values = Record<string, unknown>;

export function typesOf(schema: Schema): string[] {
  const types = Array.isArray(schema.type) ? schema.type : schema.type ? [schema.type] : [];
  return types.filter((type) => type !== "null");
}

/** A value that is there and fits no field of its own is shown as it is written, so that nothing of it is lost. */
export function shapeOf(schema: Schema, value: unknown): Shape {
  const wanted = ofSchema(schema);
  if (value === undefined || value === null) return wanted;
  const is = value instanceof Exact ? "number" : Array.isArray(value) ? "array" : typeof value;
  const fits: Record<Shape, boolean> = {
    choice: (schema.enum ?? []).some((one) => one === value),
    yes_no: is === "boolean",
    number: is === "number",
    day: is === "string",
    text: is === "string",
    parts: is === "object",
    rows: is === "array",
    json: true,
  };
  return fits[wanted] ? wanted : "json";
}

function ofSchema(schema: Schema): Shape {
  if (schema.enum) return schema.enum.every((one) => one === null || ["string", "number", "boolean"].includes(typeof one)) ? "choice" : "json";
  const types = typesOf(schema);
  if (types.length !== 1) return "json";
  switch (types[0]) {
    case "boolean":
      return "yes_no";
    case "integer":
    case "number":
      return "number";
    case "string":
      return schema.format === "date" ? "day" : "text";
    case "array":
      return schema.items && ofSchema(schema.items) !== "json" ? "rows" : "json";
    case "object":
      return Object.keys(schema.properties ?? {}).length > 0 ? "parts" : "json";
    default:
      return "json";
  }
}

/** The fields of an object: those that are needed or given first; what is given and unknown is shown too. */
export function fieldsOf(schema: Schema, given: Values): { first: [string, Schema][]; more: [string, Schema][] } {
  const known = Object.entries(schema.properties ?? {});
  const unknown = Object.keys(given).filter((name) => !known.some(([one]) => one === name));
  const isFirst = ([name]: [string, Schema]) => (schema.required ?? []).includes(name) || given[name] !== undefined;
  return { first: [...known.filter(isFirst), ...unknown.map((name): [string, Schema] => [name, {}])], more: known.filter((one) => !isFirst(one)) };
}

/** The same object with one part of it changed; undefined takes it out. */
export function put(values: Values, name: string, value: unknown): Values {
  if (value !== undefined) return { ...values, [name]: value };
  const { [name]: _gone, ...rest } = values;
  return rest;
}

/** A row to begin with. */
export function blank(schema: Schema): unknown {
  const shape = shapeOf(schema, undefined);
  return shape === "parts" ? {} : shape === "rows" ? [] : shape === "yes_no" ? false : shape === "choice" ? (schema.enum?.[0] ?? null) : shape === "number" ? 0 : "";
}
