import { Exact } from "../../../../api/exact";
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
  readonly children: Source[];
}

/** A line of the tree as it stands open. */
export interface Line {
  source: Source;
  level: number;
  position: number;
  siblings: number;
}

/** What is seen of the tree where these paths are open. */
export function linesOf(sources: Source[], open: ReadonlySet<string>, level = 1): Line[] {
  return sources.flatMap((source, number) => [
    { source, level, position: number + 1, siblings: sources.length },
    ...(open.has(source.path) ? linesOf(source.children, open, level + 1) : []),
  ]);
}

/** Not a path that can be taken: what stands further away is folded together under it. */
export const EARLIER = "";

/** The sources with the steps that are not among the last ``near`` folded together. */
export function folded(sources: Source[], near: number): Source[] {
  const steps = sources.filter((one) => one.path.startsWith("steps."));
  const far = new Set(steps.slice(0, -near));
  if (far.size === 0) return sources;
  const earlier: Source = { path: EARLIER, label: `${far.size} earlier steps`, type: "", description: "", sample: undefined, children: [...far] };
  const rest = sources.filter((one) => !far.has(one));
  const first = rest.findIndex((one) => one.path.startsWith("steps."));
  return [...rest.slice(0, first), earlier, ...rest.slice(first)];
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
  if (sample instanceof Exact) return "number";
  return WORDS[Array.isArray(sample) ? "array" : typeof sample] ?? "";
}

/** Everything below a path: what its schema declares first, then what the sample has besides. */
export function sourceOf(path: string, label: string, schema: Schema | undefined, sample: unknown, depth = 0): Source {
  const type = typeOf(schema, sample);
  let children: Source[] | undefined;
  return {
    path,
    label,
    type,
    description: schema?.description ?? "",
    sample,
    // Of hundreds of steps nobody opens more than a few.
    get children() {
      return (children ??= depth < DEEPEST ? childrenOf(path, type, schema, sample, depth) : []);
    },
  };
}

function childrenOf(path: string, type: string, schema: Schema | undefined, sample: unknown, depth: number): Source[] {
  if (Array.isArray(sample) || type === "list") {
    const items = Array.isArray(sample) ? sample : [];
    return items.length > 0 || schema?.items?.properties ? [sourceOf(`${path}.0`, "first", schema?.items, items[0], depth + 1)] : [];
  }
  const declared = schema?.properties ?? {};
  const values = isObject(sample) ? sample : {};
  const names = [...new Set([...Object.keys(declared), ...Object.keys(values)])].slice(0, MOST);
  return names.map((name) => sourceOf(`${path}.${name}`, name, declared[name], values[name], depth + 1));
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
