import { expect, test } from "vitest";
import { statementOf, type ReplayReport } from "./statement";

const report: ReplayReport = {
  taken: 3, ended: true, proved: 2, unproved: 0, nothing: 0, stopped: 1, cancelled: 0, waits: 0, open: 0, released: {},
  held: {}, parts: [],
};

test("a replay says how many were proved and how many stopped again", () => {
  expect(statementOf(report)).toBe("3 taken up: 2 done and proved, 1 stopped again.");
});

test("one that has not begun says so", () => {
  expect(statementOf({ ...report, proved: 0, stopped: 0 })).toBe("3 taken up: none of them has begun yet.");
});
