/** Values as people type them: ``12`` is a number, ``true`` yes or no, ``"12"`` a text, and everything else a text. */

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** Whether a browser keeps every digit of it; a longer one would silently become another number. */
export function keepsDigits(text: string): boolean {
  const digits = text.replace(/[eE].*$/, "").replace(/[-.]/g, "").replace(/^0+/, "");
  const kept = Number(text);
  return Number.isFinite(kept) && digits.length <= 15;
}

export function isScalar(value: unknown): boolean {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

/** A value in one line, so that ``typed`` gives the same back. */
export function shownScalar(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value) ?? "";
  return typed(value) === value ? value : JSON.stringify(value);
}

/** What somebody typed. */
export function typed(text: string): unknown {
  if (text === "true" || text === "false") return text === "true";
  if (text === "null") return null;
  if (NUMBER.test(text) && keepsDigits(text)) return Number(text);
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
  if (value !== null && typeof value === "object") return `{ ${Object.keys(value).slice(0, 4).join(", ")} }`;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

/** Follow ``event.items.0.name``; undefined where it ends early. */
export function find(scope: unknown, path: string): unknown {
  let value: unknown = scope;
  for (const part of path.split(".")) {
    if (Array.isArray(value)) value = /^\d+$/.test(part) ? value[Number(part)] : undefined;
    else if (value !== null && typeof value === "object" && Object.hasOwn(value, part)) value = (value as Record<string, unknown>)[part];
    else return undefined;
  }
  return value;
}

const PLACE = /\{([a-z0-9_.]+)\}/g;

/** A text with the places in braces filled; what is not there is named. */
export function filled(text: string, scope: unknown): string {
  return text.replace(PLACE, (_whole, path: string) => {
    const value = find(scope, path);
    return value === undefined || value === null ? `[no ${path}]` : typeof value === "object" ? JSON.stringify(value) : String(value);
  });
}

export function same(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
