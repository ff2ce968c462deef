import { encode, Exact, numberIn } from "../../../../api/exact";
import { isObject } from "./mapping";

/** Values as people type them: ``12`` is a number, ``true`` yes or no, ``"12"`` a text, and everything else a text. */

export function isScalar(value: unknown): boolean {
  return value === null || value instanceof Exact || ["string", "number", "boolean"].includes(typeof value);
}

/** A value in one line, so that ``typed`` gives the same back. */
export function shownScalar(value: unknown): string {
  if (typeof value !== "string") return encode(value);
  return typed(value) === value ? value : JSON.stringify(value);
}

/** What somebody typed. */
export function typed(text: string): unknown {
  if (text === "true" || text === "false") return text === "true";
  if (text === "null") return null;
  const number = numberIn(text);
  if (number !== null) return number;
  if (text.length > 1 && text.startsWith('"') && text.endsWith('"')) {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return text;
    }
  }
  return text;
}

/** A value as a sample shows it: short, and nothing is told apart from null and from an empty text. */
export function shownSample(value: unknown, most = 80): string {
  if (value === undefined) return "not there";
  if (value === "") return "empty text";
  if (Array.isArray(value)) return value.length === 1 ? "list of 1" : `list of ${value.length}`;
  if (isObject(value)) return `{ ${Object.keys(value).slice(0, 4).join(", ")} }`;
  const text = typeof value === "string" ? value : encode(value);
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

/** Follow ``event.items.0.name``; undefined where it ends early. */
export function find(scope: unknown, path: string): unknown {
  let value: unknown = scope;
  for (const part of path.split(".")) {
    if (Array.isArray(value)) value = /^\d+$/.test(part) ? value[Number(part)] : undefined;
    else if (isObject(value) && Object.hasOwn(value, part)) value = value[part];
    else return undefined;
  }
  return value;
}

const PLACE = /\{([a-z0-9_.]+)\}/g;

/** A text with the places in braces filled; what is not there is named. */
export function filled(text: string, scope: unknown): string {
  return text.replace(PLACE, (_whole, path: string) => {
    const value = find(scope, path);
    return value === undefined || value === null ? `[no ${path}]` : typeof value === "object" ? encode(value) : String(value);
  });
}

export function same(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
