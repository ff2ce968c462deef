import { expect, test } from "vitest";
import { byMeasure, inWords } from "./words";

test("codes in a sentence become words, and names and amounts stay as they are", () => {
  expect(inWords("36.24 USD in HighLevel, difference 15.00 (missing_in_act 15.00)")).toBe(
    "36.24 USD in HighLevel, difference 15.00 (missing in act 15.00)",
  );
});

test("measures stand as a bookkeeper adds them up, and one that is new stands last", () => {
  const found = ["paid", "refunded", "invented", "discounted", "outstanding", "ordered", "tax_and_shipping"];
  expect(found.sort(byMeasure)).toEqual(["ordered", "discounted", "tax_and_shipping", "paid", "refunded", "outstanding", "invented"]);
});
