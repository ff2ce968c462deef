import { applyEdits } from "./apply";
import { shared } from "./sharing";
import type { FlowDefinition, FlowProblem, JsonObject } from "./types";

/** Something that a person did, until the server has taken it. */
export interface Doing {
  edits: JsonObject[];
  /** In a few words, for what is announced. */
  says: string;
  /** The entry of the stacks that it belongs to. */
  entry: number;
}
/** What can be taken back, and with what. */
export interface Taken {
  entry: number;
  says: string;
  back: JsonObject[];
}
/** Somebody else's edition, which came in between. */
export interface Clash {
  definition: FlowDefinition;
  revision: number | null;
  by: string | null;
}
export interface Drafting {
  /** What the server has. */
  base: FlowDefinition;
  revision: number | null;
  /** What it has not yet, in order. */
  queue: Doing[];
  /** What is shown: the base with all that waits. */
  shown: FlowDefinition;
  undo: Taken[];
  redo: Taken[];
  problems: FlowProblem[] | null;
  clash: Clash | null;
  /** Why the oldest that waits was not taken yet. */
  trouble: Error | null;
  counter: number;
}

export function drafting(base: FlowDefinition, revision: number | null): Drafting {
  return { base, revision, queue: [], shown: base, undo: [], redo: [], problems: null, clash: null, trouble: null, counter: 0 };
}

/** Do something new: what was taken back before cannot be done again then. */
export function did(state: Drafting, edits: JsonObject[], says: string): Drafting {
  return push({ ...state, redo: [] }, edits, says, "undo");
}

export function undid(state: Drafting): Drafting {
  const last = state.undo.at(-1);
  return last ? push({ ...state, undo: state.undo.slice(0, -1) }, last.back, last.says, "redo") : state;
}

export function redid(state: Drafting): Drafting {
  const last = state.redo.at(-1);
  return last ? push({ ...state, redo: state.redo.slice(0, -1) }, last.back, last.says, "undo") : state;
}

function push(state: Drafting, edits: JsonObject[], says: string, onto: "undo" | "redo"): Drafting {
  const entry = state.counter + 1;
  // Until the server says how it is taken back in small steps, the whole flow is put back.
  const taken: Taken = { entry, says, back: [{ edit: "restore", definition: state.shown }] };
  return {
    ...state,
    counter: entry,
    queue: [...state.queue, { edits, says, entry }],
    shown: applyEdits(state.shown, edits),
    [onto]: [...state[onto], taken],
  };
}

/** The server took the oldest. */
export function took(state: Drafting, answer: { definition: FlowDefinition; revision: number; undo: JsonObject[]; problems: FlowProblem[] }): Drafting {
  const [done, ...queue] = state.queue;
  const better = (taken: Taken) => (taken.entry === done?.entry ? { ...taken, back: answer.undo } : taken);
  // Mostly it is what is shown already: then nothing is drawn again.
  const base = shared(state.shown, answer.definition);
  return {
    ...state,
    base,
    revision: answer.revision,
    queue,
    shown: shared(state.shown, queue.reduce((definition, item) => applyEdits(definition, item.edits), base)),
    undo: state.undo.map(better),
    redo: state.redo.map(better),
    problems: shared(state.problems, answer.problems),
    trouble: null,
  };
}

/** The server refuses the oldest for good: it is left out, and the rest stays. */
export function refused(state: Drafting, why: Error): Drafting {
  const [gone, ...queue] = state.queue;
  const others = (taken: Taken) => taken.entry !== gone?.entry;
  return {
    ...state,
    queue,
    shown: queue.reduce((definition, item) => applyEdits(definition, item.edits), state.base),
    undo: state.undo.filter(others),
    redo: state.redo.filter(others),
    trouble: why,
  };
}

/** What is kept in the browser while the server has not got all. */
export interface Kept {
  base: FlowDefinition;
  revision: number | null;
  queue: Doing[];
}

/** Go on with what was kept: where the server has something else by now, a person chooses. */
export function resumed(kept: Kept, there: Clash): Drafting {
  const shown = kept.queue.reduce((definition, item) => applyEdits(definition, item.edits), kept.base);
  const counter = Math.max(0, ...kept.queue.map((item) => item.entry));
  const state = { ...drafting(kept.base, kept.revision), queue: kept.queue, shown, counter };
  return kept.revision === there.revision && same(kept.base, there.definition) ? state : { ...state, clash: there };
}

/** Whether two definitions say the same, whatever the order of their keys. */
export function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value && typeof value === "object")
    return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted((value as JsonObject)[key])]));
  return value;
}
