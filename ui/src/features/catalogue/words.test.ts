import { expect, test } from "vitest";
import type { OperationRow } from "./types";
import { callable, fits, kindOf } from "./words";

const ROW = {
  id: "act.opportunity.update@1", system: "act", kind: "action", tier: "curated", title: "Change an opportunity",
  description: "Changes fields.", method: "PATCH", path: "/api/opportunities/{opportunityId}", effects: ["reads", "writes"],
} as unknown as OperationRow;
const NOTHING = { q: "", system: "", kind: "", tier: "", effect: "" };

test("all words must occur, wherever", () => {
  expect(fits(ROW, { ...NOTHING, q: "change PATCH" })).toBe(true);
  expect(fits(ROW, { ...NOTHING, q: "change coupon" })).toBe(false);
  expect(fits(ROW, { ...NOTHING, effect: "writes", system: "act" })).toBe(true);
  expect(fits(ROW, { ...NOTHING, effect: "deletes" })).toBe(false);
});

test("a schema is said in a few words", () => {
  expect(kindOf({ type: "array", items: { type: "string" } })).toBe("list of text");
  expect(kindOf({ enum: ["Open", "Won"] })).toBe("one of Open, Won");
  expect(kindOf({ type: ["string", "null"] })).toBe("text or nothing");
});

test("on a live connection nothing is written from the catalogue", () => {
  expect(callable(["reads", "writes"], ["live"])).toBe("preview only");
  expect(callable(["reads", "writes"], ["sandbox", "live"])).toBe("preview only");
  expect(callable(["reads"], ["live"])).toBe("reads live");
  expect(callable(["writes", "deletes"], ["sandbox"])).toBe("freely");
  expect(callable(["writes"], ["test"])).toBe("freely");
});
