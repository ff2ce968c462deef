import { expect, test } from "vitest";
import { outputOf } from "./tried";

const step = (path: string, output: unknown) => ({ path, action: "a@1", state: "done", says: null, because: [], input: null, effects: [], output, assumed: false });
const result = {
  event: { id: "e", kind: "order", record_id: "o", type: "t" }, starts: true, outcome: "done", reason: null, because: [],
  scope: { event: {}, before: {} },
  steps: [step("one", { id: "1" }), step("each.1", "a"), step("each.2", "b"), step("loop.1.in", "first"), step("loop.2.in", "second"), step("gone", null)],
};

test("what a step gave in a dry run is its sample, of a list each, and within a loop the first item's", () => {
  expect(outputOf(result, "one", false)).toEqual({ seen: true, output: { id: "1" } });
  expect(outputOf(result, "each", true)).toEqual({ seen: true, output: ["a", "b"] });
  expect(outputOf(result, "in", false)).toEqual({ seen: true, output: "first" });
});

test("a step that was left out gave nothing, and of one that is new nothing is known", () => {
  expect(outputOf(result, "gone", false)).toEqual({ seen: true, output: undefined });
  expect(outputOf(result, "new", false)).toEqual({ seen: false, output: undefined });
});
