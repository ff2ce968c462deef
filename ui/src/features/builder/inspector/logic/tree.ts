import type { Schema } from "../../../catalogue/types";
import { isObject } from "./mapping";
import { shownSample } from "./values";

/** Something that can be taken. */
export interface Source {
  path: string;
  label: string;
  type: string;
  description: string;
  sample: unknown;
  children: Source[];
}

const DEEPEST = 6;
const MOST = 200;
const WORDS: Record<string, string> = {
  string: "text",
  integer: "number",
  number: "number",
  boolean: "yes or no",
  array: "list",
  object: "fields",
  "date-time": "moment",
  date: "day",
};

export function typeOf(schema: Schema | undefined, sample: unknown): string {
  const names = schema?.type === undefined ? [] : Array.isArray(schema.type) ? schema.type : [schema.type];
  const name = names.find((one) => one !== "null");
  if (name === "string" && schema?.format && WORDS[schema.format]) return WORDS[schema.format]!;
  if (name) return WORDS[name] ?? name;
  if (sample === undefined || sample === null) return "";
  return WORDS[Array.isArray(sample) ? "array" : typeof sample] ?? "";
}

/** Everything below a path: what its schema declares first, then what the sample has besides. */
export function sourceOf(path: string, label: string, schema: Schema | undefined, sample: unknown, depth = 0): Source {
  const source: Source = { path, label, type: typeOf(schema, sample), description: schema?.description ?? "", sample, children: [] };
  if (depth >= DEEPEST) return source;
  if (Array.isArray(sample) || source.type === "list") {
    const items = Array.isArray(sample) ? sample : [];
    if (items.length > 0 || schema?.items?.properties)
      source.children = [sourceOf(`${path}.0`, "first", schema?.items, items[0], depth + 1)];
    return source;
  }
  const declared = schema?.properties ?? {};
  const values = isObject(sample) ? sample : {};
  const names = [...new Set([...Object.keys(declared), ...Object.keys(values)])].slice(0, MOST);
  source.children = names.map((name) => sourceOf(`${path}.${name}`, name, declared[name], values[name], depth + 1));
  return source;
}

/** What matches the words, with the way to it; all of them without any. */
export function searched(sources: Source[], words: string): Source[] {
  const wanted = words.trim().toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return sources;
  return sources.flatMap((source) => {
    const text = `${source.path} ${source.description} ${isObject(source.sample) ? "" : shownSample(source.sample)}`.toLowerCase();
    const children = searched(source.children, words);
    if (wanted.every((word) => text.includes(word))) return [{ ...source, children }];
    return children.length > 0 ? [{ ...source, children }] : [];
  });
}

/** Every source by itself, in the order of the tree. */
export function flat(sources: Source[]): Source[] {
  return sources.flatMap((source) => [source, ...flat(source.children)]);
}
