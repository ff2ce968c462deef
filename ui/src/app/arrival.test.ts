import { expect, test } from "vitest";
import { titleOf } from "./arrival";

test("the window is called after the page's heading, and after the product where there is none", () => {
  expect(titleOf("Order of  Ada\n Sample")).toBe("Order of Ada Sample · orderbridge");
  expect(titleOf("")).toBe("orderbridge");
  expect(titleOf(undefined)).toBe("orderbridge");
});
