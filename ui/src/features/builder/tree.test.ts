import { expect, test } from "vitest";
import { decode, encode, Exact } from "../../api/exact";
import { applyEdits } from "./apply";
import { stepsIn, asText } from "./clipboard";
import { differences } from "./differences";
import { did, drafting, redid, refused, resumed, took, undid } from "./drafting";
import { layout } from "./layout";
import { copyOf, freshId, placeOfProblem, roomsFor, rowsOf, whereFrom, whereMoved } from "./tree";
import type { FlowDefinition, JsonObject } from "./types";

const action = (id: string, value: JsonObject = {}): JsonObject => ({ id, action: "act.company.create@1", with: value });
const flow = (): FlowDefinition => ({
  flow: "sample",
  title: "Sample",
  trigger: "core.manual.started@1",
  steps: [
    action("a"),
    { id: "choice", choose: [{ when: [{ from: "steps.a.id", present: true }], steps: [action("b")] }, { steps: [] }] },
    { id: "loop", for_each: { from: "event.items" }, steps: [action("c", { name: { from: "steps.a.id" } })] },
  ],
});
const ids = (definition: FlowDefinition) => rowsOf(definition).map((row) => row.key);

test("a flow is read line by line, each part at its depth", () => {
  expect(rowsOf(flow()).map((row) => [row.key, row.level])).toEqual([
    ["trigger", 1], ["step:a", 1], ["step:choice", 1], ["branch:choice:0", 2], ["step:b", 3], ["branch:choice:1", 2], ["step:loop", 1], ["step:c", 2],
  ]);
});

test("a new step goes before, after or inside what is selected", () => {
  const at = (id: string, side: "before" | "after" | "inside") => whereFrom(flow(), { kind: "step", id }, side);
  expect(at("a", "before")).toEqual({ inside: null, branch: null, before: "a" });
  expect(at("a", "after")).toEqual({ inside: null, branch: null, before: "choice" });
  expect(at("b", "after")).toEqual({ inside: "choice", branch: 0, before: null });
  expect(at("loop", "inside")).toEqual({ inside: "loop", branch: null, before: null });
  expect(whereFrom(flow(), { kind: "trigger" }, "after")).toEqual({ inside: null, branch: null, before: "a" });
  expect(whereFrom(flow(), { kind: "branch", step: "choice", index: 1 }, "after")).toEqual({ inside: "choice", branch: 1, before: null });
});

test("a step moves by one among its siblings, and stops at the ends", () => {
  expect(whereMoved(flow(), "a", "up")).toBeNull();
  expect(whereMoved(flow(), "a", "down")).toEqual({ inside: null, branch: null, before: "loop" });
  expect(whereMoved(flow(), "loop", "up")).toEqual({ inside: null, branch: null, before: "choice" });
  expect(whereMoved(flow(), "loop", "down")).toBeNull();
});

test("a step is not offered a room within itself", () => {
  expect(roomsFor(flow(), "choice").map((room) => room.label)).toEqual(["the end of the flow", "the loop ‘loop’"]);
});

test("a copy has ids of its own, and its parts take from each other's copies", () => {
  const loop: JsonObject = { id: "loop", for_each: { from: "event.items" }, steps: [action("x"), action("y", { text: "{steps.x.id} and {steps.a.id}" })] };
  expect(copyOf(loop, new Set(["a", "loop", "x", "y"]))).toEqual({
    id: "loop_2",
    for_each: { from: "event.items" },
    steps: [action("x_2"), action("y_2", { text: "{steps.x_2.id} and {steps.a.id}" })],
  });
  expect(freshId("a_2", new Set(["a", "a_2"]))).toBe("a_3");
  expect(freshId("9 Lives!", new Set())).toBe("lives");
});

test("edits are shown at once as the server will apply them", () => {
  const after = applyEdits(flow(), [
    { edit: "add_step", step: action("d"), to: { inside: "choice", branch: 1 } },
    { edit: "move_step", step: "a", to: { inside: "loop", before: "c" } },
    { edit: "rename_step", step: "a", to: "first" },
    { edit: "set_field", step: "d", field: "name", value: "x" },
    { edit: "set_option", step: "loop", option: "when", value: [] },
    { edit: "add_branch", step: "choice", at: 0, branch: { steps: [] } },
    { edit: "remove_branch", step: "choice", branch: 1 },
    { edit: "rename", title: "Other" },
  ]);
  expect(ids(after)).toEqual(["trigger", "step:choice", "branch:choice:0", "branch:choice:1", "step:d", "step:loop", "step:first", "step:c"]);
  expect(JSON.stringify(after)).toContain("steps.first.id");
  expect(after.title).toBe("Other");
  // Nothing of the one before was touched.
  expect(ids(flow())).not.toEqual(ids(after));
});

test("a step that cannot be put where it is wanted is not lost", () => {
  expect(ids(applyEdits(flow(), [{ edit: "move_step", step: "a", to: { inside: "nowhere" } }]))).toEqual(ids(flow()));
});

const remove = (step: string) => [{ edit: "remove_step", step }];

test("what was done is taken back and done again, before the server answered and after", () => {
  let state = did(drafting(flow(), 4), remove("a"), "Removed a");
  expect(state.shown.steps).toHaveLength(2);
  state = undid(state);
  expect(state.shown).toEqual(flow());
  state = redid(state);
  expect(state.shown.steps).toHaveLength(2);
  expect(state.queue).toHaveLength(3);
  expect(did(undid(state), remove("loop"), "Removed loop").redo).toEqual([]);
});

test("the server's own way back replaces ours, and what still waits stays on top of its answer", () => {
  let state = did(did(drafting(flow(), 4), remove("a"), "Removed a"), remove("loop"), "Removed loop");
  const back = [{ edit: "add_step", step: action("a"), to: { before: "choice" } }];
  state = took(state, { definition: applyEdits(flow(), remove("a")), revision: 5, undo: back, problems: [] });
  expect(state.revision).toBe(5);
  expect(state.queue).toHaveLength(1);
  expect(state.shown.steps.map((step) => step["id"])).toEqual(["choice"]);
  expect(state.undo[0]!.back).toEqual(back);
});

test("what the server refuses is left out, and the rest stays", () => {
  const state = refused(did(did(drafting(flow(), 4), remove("nobody"), "?"), remove("a"), "Removed a"), new Error("no"));
  expect(state.queue.map((item) => item.says)).toEqual(["Removed a"]);
  expect(state.undo).toHaveLength(1);
  expect(state.trouble?.message).toBe("no");
});

test("what was kept goes on where it was, and asks where the server has something else", () => {
  const kept = { base: flow(), revision: 4, queue: did(drafting(flow(), 4), remove("a"), "Removed a").queue };
  expect(resumed(kept, { definition: flow(), revision: 4, by: "ada" }).clash).toBeNull();
  const clash = resumed(kept, { definition: flow(), revision: 5, by: "ada" });
  expect(clash.clash?.by).toBe("ada");
  expect(clash.shown.steps).toHaveLength(2);
});

test("two editions are compared step by step", () => {
  const after = applyEdits(flow(), [
    { edit: "set_field", step: "c", field: "name", value: "x" },
    { edit: "remove_step", step: "b" },
    { edit: "move_step", step: "a", to: {} },
    { edit: "add_step", step: action("d"), to: {} },
  ]);
  expect(differences(flow(), after).map((item) => [item.place, item.kind])).toEqual([
    ["step b", "removed"], ["step c", "changed"], ["step d", "added"], ["the order of the steps", "order"],
  ]);
  expect(differences(flow(), flow())).toEqual([]);
});

test("a problem leads to its part", () => {
  expect(placeOfProblem("steps.a.with.name")).toEqual({ kind: "step", id: "a" });
  expect(placeOfProblem("steps.choice.choose.1.when.0")).toEqual({ kind: "branch", step: "choice", index: 1 });
  for (const words of ["trigger", "when.0", "the flow", "steps"]) expect(placeOfProblem(words)).toEqual({ kind: "trigger" });
});

test("only steps of ours are pasted", () => {
  expect(stepsIn(asText([action("a")]))).toEqual([action("a")]);
  for (const text of ["", "hello", "[1]", "null", '{"orderbridge":"steps","steps":[null]}']) expect(stepsIn(text)).toBeNull();
});

test("a drawing has a place for every part of three hundred steps, and nothing lies over anything else", () => {
  const steps = Array.from({ length: 300 }, (_, number) => action(`s${number}`));
  const large = { ...flow(), steps: [...flow().steps, ...steps] };
  const { boxes, lines } = layout(large);
  expect(boxes.filter((box) => box.type === "part").map((box) => box.key).sort()).toEqual(ids(large).sort());
  const keys = new Set(boxes.map((box) => box.key));
  expect(keys.size).toBe(boxes.length);
  expect(lines.every((line) => keys.has(line.from) && keys.has(line.to))).toBe(true);
  const solid = boxes.filter((box) => box.type !== "frame");
  const over = solid.flatMap((one, index) =>
    solid.slice(index + 1).filter((other) => one.x < other.x + other.width && other.x < one.x + one.width && one.y < other.y + other.height && other.y < one.y + one.height),
  );
  expect(over).toEqual([]);
});

test("an edit leaves every step that it does not touch the same object, and the server's answer all of them", () => {
  const before = flow();
  const after = applyEdits(before, [{ edit: "add_step", step: action("new"), to: { inside: null, branch: null, before: "a" } }]);
  expect(after.steps.map((step) => before.steps.includes(step))).toEqual([false, true, true, true]);
  const state = did(drafting(before, 1), [{ edit: "set_field", step: "c", field: "name", value: new Exact("1.50") }], "x");
  const answer = decode(encode(state.shown)) as FlowDefinition;
  expect(took(state, { definition: answer, revision: 2, undo: [], problems: [] }).shown).toBe(state.shown);
});

test("numbers keep their digits through edits, copies and the clipboard", () => {
  const value = decode('{"value":[1.50,0.1,12345678901234567890,1e-7]}') as JsonObject;
  const edited = applyEdits(flow(), [{ edit: "set_field", step: "a", field: "name", value }]);
  const copy = copyOf(edited.steps[0]!, new Set(["a"]));
  for (const step of [edited.steps[0], copy, stepsIn(asText([copy]))![0]]) expect(encode(step)).toContain("[1.50,0.1,12345678901234567890,1e-7]");
});
