import { expect, test } from "vitest";
import { problemIn } from "./input";
import { orderOf } from "./lanes";

test("only a JSON object can be the input of a step", () => {
  expect(problemIn('{"name": "Spring"}')).toBeNull();
  for (const text of ["[1]", "null", "1", '"text"']) expect(problemIn(text)).toMatch(/object/);
  expect(problemIn('{"name": }')).not.toBeNull();
});

test("an order's own lane leads to its page, another does not", () => {
  expect(orderOf("a1/order/6b0b")).toBe("6b0b");
  expect(orderOf("a1/contact/6b0b")).toBeNull();
  expect(orderOf("nothing")).toBeNull();
});
