import known from "./commands.json";

/** A page that does what a command does. */
export interface Place {
  to: string;
  label: string;
}

interface Known {
  command: string;
  /** Only where the command has this option; such an entry stands before the one without. */
  option?: string;
  /** The first whose gaps can be filled from the command: ``{1}`` is its argument, ``{--cause}`` an option's value. */
  places: Place[];
}

/** What a text shows in place of something that depends on the reader. */
const GAPS = new Set(["NAME", "ID", "RUN", "FILE", "ZONE", "DAY", "PERCENT", "NEXT_STEP", "…"]);
/** A command in the quotes that texts use; the ’s of a name within is no end. */
const QUOTED = /(['‘`])orderbridge ([^\n]+?)['’`](?![\p{L}\p{N}])/gu;

/** A piece of a text: words as they are, or a page in the place of a command. */
export type Piece = string | Place;

/** Puts the page in the place of each command that has one; a command that has none stays as it is. */
export function withPages(text: string): Piece[] {
  const pieces: Piece[] = [];
  let done = 0;
  for (const found of text.matchAll(QUOTED)) {
    const place = placeOf(found[2] ?? "");
    if (!place) continue;
    pieces.push(text.slice(done, found.index), place);
    done = found.index + found[0].length;
  }
  pieces.push(text.slice(done));
  return pieces.filter((piece) => piece !== "");
}

/** The page that does what a command does; null where only the command does it. */
export function placeOf(line: string): Place | null {
  const entry = (known as Known[])
    .filter((item) => (line === item.command || line.startsWith(`${item.command} `)) && (!item.option || line.split(" ").includes(item.option)))
    // The longest name is the command's own; of two, the one for its option.
    .reduce<Known | null>((best, item) => (best === null || item.command.length > best.command.length ? item : best), null);
  if (!entry) return null;
  const given = argumentsOf(line.slice(entry.command.length));
  for (const { to, label } of entry.places) {
    if (gapsOf(to).every((gap) => given[gap])) {
      return { to: filled(to, given, encodeURIComponent), label: filled(label, given, (value) => value) };
    }
  }
  return null;
}

/** The argument as ``1`` and the options by their names; what only stands for something is left out. */
function argumentsOf(rest: string): Record<string, string> {
  const [argument = "", ...options] = rest.split(/ (?=--)/);
  const given: Record<string, string> = { "1": argument.trim() };
  for (const option of options) {
    const [, name = "", value = ""] = /^(--\S+)[ =]?(.*)$/.exec(option.trim()) ?? [];
    given[name] = value.trim();
  }
  return Object.fromEntries(
    Object.entries(given)
      .map(([name, value]): [string, string] => [name, value.replace(/^(["'])(.*)\1$/, "$2")])
      .filter(([, value]) => value !== "" && !value.split(" ").some((word) => GAPS.has(word))),
  );
}

function gapsOf(pattern: string): string[] {
  return [...pattern.matchAll(/\{([^}]+)\}/g)].map((found) => found[1] ?? "");
}

function filled(pattern: string, given: Record<string, string>, write: (value: string) => string): string {
  return pattern.replace(/\{([^}]+)\}/g, (_, gap: string) => write(given[gap] ?? ""));
}
