import type { KeyboardEvent } from "react";
import type { Work } from "./work";

/** What the keys do in the list and on the canvas. */
export const SHORTCUTS: [keys: string, does: string][] = [
  ["↑ ↓", "Select the part before or after"],
  ["← →", "Out of a branch or loop, or into it"],
  ["Home, End", "Select the first or the last part"],
  ["Enter", "Open what is selected"],
  ["A, Shift + A", "Add a step after, or before"],
  ["I", "Add a step inside a branch or loop"],
  ["Alt + ↑, Alt + ↓", "Move the step up or down"],
  ["M", "Move the step elsewhere"],
  ["F2", "Rename the step"],
  ["Delete", "Remove it"],
  ["Ctrl + C, Ctrl + X, Ctrl + V", "Copy, cut, paste, also between flows"],
  ["Ctrl + D", "Duplicate"],
  ["Ctrl + Z, Ctrl + Y", "Take back, do again"],
  ["?", "Show these keys"],
];

export interface Doors {
  add: (side: "before" | "after" | "inside") => void;
  move: () => void;
  rename: () => void;
  open: () => void;
  help: () => void;
}

/** Do what a key stands for; true where it stood for something. */
export function pressed(event: KeyboardEvent, work: Work, doors: Doors): boolean {
  const control = event.ctrlKey || event.metaKey;
  const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (control) return withControl(name, event.shiftKey, work);
  switch (name) {
    case "ArrowUp":
      if (event.altKey) work.move("up");
      else work.go(-1);
      return true;
    case "ArrowDown":
      if (event.altKey) work.move("down");
      else work.go(1);
      return true;
    case "ArrowLeft":
      work.go("out");
      return true;
    case "ArrowRight":
      work.go("in");
      return true;
    case "Home":
      work.go("first");
      return true;
    case "End":
      work.go("last");
      return true;
    case "Enter":
    case " ":
      doors.open();
      return true;
    case "?":
      doors.help();
      return true;
  }
  if (work.readOnly) return false;
  switch (name) {
    case "a":
      doors.add(event.shiftKey ? "before" : "after");
      return true;
    case "i":
      doors.add("inside");
      return true;
    case "m":
      doors.move();
      return true;
    case "F2":
      doors.rename();
      return true;
    case "Delete":
    case "Backspace":
      work.remove();
      return true;
  }
  return false;
}

function withControl(name: string, shift: boolean, work: Work): boolean {
  if (name === "c") {
    if (!window.getSelection()?.isCollapsed) return false;
    return work.copy();
  }
  if (work.readOnly) return false;
  if (name === "z" && !shift) work.undo();
  else if (name === "y" || (name === "z" && shift)) work.redo();
  else if (name === "x") work.cut();
  else if (name === "d") work.duplicate();
  else return false;
  return true;
}
