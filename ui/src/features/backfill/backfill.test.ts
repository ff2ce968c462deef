import { expect, test } from "vitest";
import { secondsLeft, withSample } from "./timeLeft";
import { chosenOf, countsOf, idsOf, outcomesOf, quietOf } from "./words";

test("time left is what the last minute's pace makes of the rest", () => {
  const samples = [{ at: 0, done: 0 }, { at: 10_000, done: 50 }];
  expect(secondsLeft(samples, 150)).toBe(20);
});

test("nothing is said of the time left before a few seconds, without progress, or without a total", () => {
  expect(secondsLeft([], 10)).toBeNull();
  expect(secondsLeft([{ at: 0, done: 0 }, { at: 1000, done: 5 }], 10)).toBeNull();
  expect(secondsLeft([{ at: 0, done: 5 }, { at: 9000, done: 5 }], 10)).toBeNull();
  expect(secondsLeft([{ at: 0, done: 0 }, { at: 9000, done: 5 }], null)).toBeNull();
});

test("what is older than a minute counts no more", () => {
  expect(withSample([{ at: 0, done: 0 }, { at: 50_000, done: 9 }], { at: 61_000, done: 10 })).toEqual([
    { at: 50_000, done: 9 },
    { at: 61_000, done: 10 },
  ]);
});

test("ids are read from lines and commas, each once, without remarks", () => {
  expect(idsOf("a, b\n\nb # seen twice\n# nothing\nc")).toEqual(["a", "b", "c"]);
});

test("a selection is told in words", () => {
  const chosen = { kinds: ["orders" as const, "transactions" as const], since: "2026-01-01", until: null, ids: [] };
  expect(chosenOf({ selection: chosen })).toBe("Orders, payments and refunds, since 2026-01-01");
  expect(chosenOf({ selection: { ...chosen, since: null } })).toBe("Orders, payments and refunds, of all time");
  expect(chosenOf({ selection: { kinds: ["contacts"], since: null, until: null, ids: ["a", "b"] } })).toBe("Contacts: 2 by id");
});

test("quiet says what is left out", () => {
  expect(quietOf({ options: { with_tasks: false, with_messages: false } })).toContain("no tasks, no messages");
});

test("counts of zero are left out, and an outcome that is new is shown as it came", () => {
  expect(countsOf({ delivered: 3, known: 0, pages: 2 })).toEqual([["handed over to the workers", 3]]);
  expect(outcomesOf({ done: 2, odd: 1 })).toEqual([["carried over", 2], ["odd", 1]]);
});
