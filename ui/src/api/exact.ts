/**
 * JSON whose numbers keep every digit.
 *
 * A browser makes a binary fraction of each number: 1.50 comes back as 1.5, and what has more than fifteen digits
 * as another number. Here a whole number that a browser keeps is a number; every other is the text that stands for it.
 */
export class Exact {
  constructor(readonly text: string) {}

  toString(): string {
    return this.text;
  }

  /** For comparing, and for ``encode``, which takes the mark away again. */
  toJSON(): string {
    return MARK + this.text;
  }
}

// No text of the server's has this character, and none can be typed.
const MARK = "\u0000number:";
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const KEPT = /^(0|-?[1-9]\d{0,14})$/;
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;
const MARKED = /"\\u0000number:(-?\d[\d.eE+-]*)"/g;

/** The number that a text stands for; null where it is none. */
export function numberIn(text: string): number | Exact | null {
  if (!NUMBER.test(text)) return null;
  return KEPT.test(text) ? Number(text) : new Exact(text);
}

/** Read JSON.
 *
 * Raises a ``SyntaxError`` where it is none.
 */
export function decode(text: string): unknown {
  let found = false;
  const marked = text.replace(TOKENS, (token) => {
    if (token.startsWith('"') || KEPT.test(token) || !NUMBER.test(token)) return token;
    found = true;
    return JSON.stringify(MARK + token);
  });
  return JSON.parse(marked, found ? (_name, value: unknown) => (typeof value === "string" && value.startsWith(MARK) ? new Exact(value.slice(MARK.length)) : value) : undefined);
}

/** Write JSON, indented where ``spaces`` are given. */
export function encode(value: unknown, spaces?: number): string {
  // Without a value there is no JSON; it is left to the caller to leave it out.
  return (JSON.stringify(value, null, spaces) ?? "").replace(MARKED, "$1");
}

/** A copy of its own of something that came as JSON. */
export function cloned<T>(value: T): T {
  if (Array.isArray(value)) return value.map(cloned) as T;
  if (value === null || typeof value !== "object" || value instanceof Exact) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, cloned(item as unknown)])) as T;
}
