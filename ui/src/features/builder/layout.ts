import { branchesOf, idOf, innerOf, keyOf, kindOf, type Where } from "./tree";
import type { FlowDefinition, JsonObject, Place } from "./types";

/** What is drawn: a part of the flow, a place where a step can be put, or the frame around a loop. */
export type Box = { key: string; x: number; y: number; width: number; height: number } & (
  | { type: "part"; place: Place; step: JsonObject | null }
  | { type: "slot"; where: Where; after: string }
  | { type: "frame"; of: string }
);
export interface Line {
  from: string;
  to: string;
}

export const PART = { width: 250, height: 64 };
const SLOT = { width: 30, height: 30 };
const GAP = 14;
const APART = 28;
const FRAME = 18;

interface Drawing {
  boxes: Box[];
  lines: Line[];
}

/**
 * A flow as a drawing, from top to bottom. Its parts stand in rows and columns only, so that one walk finds every
 * place: a step stays where it was when something is changed below it.
 */
export function layout(definition: FlowDefinition): Drawing {
  const drawing: Drawing = { boxes: [], lines: [] };
  const width = Math.max(PART.width, widthOf(definition.steps));
  const x = width / 2;
  part(drawing, { kind: "trigger" }, null, x, 0);
  list(drawing, definition.steps, { inside: null, branch: null, before: null }, x, PART.height, ["trigger"], "the trigger");
  return drawing;
}

function widthOf(steps: JsonObject[]): number {
  return Math.max(PART.width, ...steps.map(stepWidth));
}

function stepWidth(step: JsonObject): number {
  if (kindOf(step) === "choose") {
    const branches = branchesOf(step);
    return branches.reduce((sum, branch) => sum + widthOf(branch.steps ?? []), 0) + APART * Math.max(0, branches.length - 1);
  }
  return kindOf(step) === "each" ? widthOf(innerOf(step)) + 2 * FRAME : PART.width;
}

function part(drawing: Drawing, place: Place, step: JsonObject | null, x: number, y: number): string {
  const key = keyOf(place);
  drawing.boxes.push({ type: "part", key, place, step, x: x - PART.width / 2, y, ...PART });
  return key;
}

/** Draw steps below each other; returns where they end, and what leads on from there. */
function list(drawing: Drawing, steps: JsonObject[], where: Where, x: number, top: number, from: string[], after: string): { y: number; tails: string[] } {
  let y = top;
  let tails = from;
  const slot = (before: string | null) => {
    const key = `slot:${where.inside ?? ""}:${where.branch ?? ""}:${before ?? ""}`;
    y += GAP;
    drawing.boxes.push({ type: "slot", key, where: { ...where, before }, after, x: x - SLOT.width / 2, y, ...SLOT });
    y += SLOT.height;
    drawing.lines.push(...tails.map((tail) => ({ from: tail, to: key })));
    tails = [key];
  };
  for (const step of steps) {
    slot(idOf(step));
    y += GAP;
    const key = part(drawing, { kind: "step", id: idOf(step) }, step, x, y);
    drawing.lines.push(...tails.map((tail) => ({ from: tail, to: key })));
    y += PART.height;
    tails = [key];
    after = idOf(step);
    if (kindOf(step) === "choose") {
      let left = x - stepWidth(step) / 2;
      const ends: { y: number; tails: string[] }[] = [];
      const below = y + APART;
      branchesOf(step).forEach((branch, index) => {
        const width = widthOf(branch.steps ?? []);
        const middle = left + width / 2;
        const head = part(drawing, { kind: "branch", step: idOf(step), index }, step, middle, below);
        drawing.lines.push({ from: key, to: head });
        const inside = { inside: idOf(step), branch: index, before: null };
        ends.push(list(drawing, branch.steps ?? [], inside, middle, below + PART.height, [head], `branch ${index + 1} of ${idOf(step)}`));
        left += width + APART;
      });
      y = Math.max(y, ...ends.map((end) => end.y)) + GAP;
      tails = ends.flatMap((end) => end.tails);
    } else if (kindOf(step) === "each") {
      const inside = { inside: idOf(step), branch: null, before: null };
      const top = y - PART.height - FRAME / 2;
      const frame: Box = { type: "frame", key: `frame:${idOf(step)}`, of: idOf(step), x: x - stepWidth(step) / 2, y: top, width: stepWidth(step), height: 0 };
      drawing.boxes.push(frame);
      const end = list(drawing, innerOf(step), inside, x, y, [key], `the beginning of ${idOf(step)}`);
      y = end.y + GAP;
      frame.height = y - top;
      tails = end.tails;
    }
  }
  slot(null);
  return { y, tails };
}
