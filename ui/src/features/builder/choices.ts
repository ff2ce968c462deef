import type { OperationRow } from "../catalogue/types";
import type { JsonObject } from "./types";

/** Something that can be put into a flow. */
export interface Choice {
  key: string;
  title: string;
  /** Under which its step is called until somebody gives it another name. */
  id: string;
  step: JsonObject;
  system: string | null;
  note: string;
  curated: boolean;
}

export const PARTS: Choice[] = [
  part("choose", "Choose", "The first branch that fits is taken", "choice", { choose: [{ when: [{ from: "event.id", present: true }], steps: [] }, { steps: [] }] }),
  part("each", "For each", "Steps for each item of a list", "each", { for_each: { from: "event.items" }, steps: [] }),
  part("stop", "Stop", "The run ends here and says why", "stop", { stop: "there is nothing to do" }),
];

function part(key: string, title: string, note: string, id: string, step: JsonObject): Choice {
  return { key, title, note, id, step, system: null, curated: true };
}

export function choiceOf(row: OperationRow): Choice {
  const words = row.name.split(".").slice(1);
  return {
    key: row.id,
    title: row.title,
    note: row.id,
    id: words.slice(-2).join("_"),
    step: { action: row.id },
    system: row.system,
    curated: row.tier === "curated",
  };
}

/** What fits all words, the curated first, those whose title fits before those found elsewhere. */
export function found(rows: OperationRow[], kind: "action" | "trigger", words: string, system: string, most: number): { rows: OperationRow[]; more: number } {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const scored = rows
    .filter((row) => row.kind === kind && row.tier !== "denied" && (!system || row.system === system))
    .map((row) => {
      const title = `${row.title} ${row.id}`.toLowerCase();
      const all = `${title} ${row.description}`.toLowerCase();
      const fits = wanted.every((word) => all.includes(word));
      const score = (row.tier === "curated" ? 0 : 2) + (wanted.every((word) => title.includes(word)) ? 0 : 1);
      return { row, fits, score };
    })
    .filter((item) => item.fits)
    .sort((one, other) => one.score - other.score);
  return { rows: scored.slice(0, most).map((item) => item.row), more: Math.max(0, scored.length - most) };
}
