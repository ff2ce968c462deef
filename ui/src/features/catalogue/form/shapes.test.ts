import { expect, test } from "vitest";
import { Exact } from "../../../api/exact";
import type { Schema } from "../types";
import { fieldsOf, put, shapeOf } from "./shapes";

test("a field is asked for by what its schema allows, and what fits no field is shown as it is written", () => {
  expect(shapeOf({ enum: ["a", null] }, "a")).toBe("choice");
  expect(shapeOf({ type: ["boolean", "null"] }, undefined)).toBe("yes_no");
  expect(shapeOf({ type: "number" }, new Exact("1.50"))).toBe("number");
  expect(shapeOf({ type: "string", format: "date" }, "2026-01-31")).toBe("day");
  expect(shapeOf({ type: "object", properties: { a: { type: "string" } } }, {})).toBe("parts");
  expect(shapeOf({ type: "array", items: { type: "string" } }, [])).toBe("rows");
  for (const [schema, value] of [[{ type: "number" }, "12"], [{ type: "string" }, { from: "x" }], [{ enum: ["a"] }, "b"], [{}, 1], [{ type: "array" }, []]] as const)
    expect(shapeOf(schema as Schema, value)).toBe("json");
});

test("what is needed or given comes first, and nothing that is given is left out", () => {
  const schema = { required: ["id"], properties: { note: { type: "string" }, id: { type: "string" }, city: { type: "string" } } };
  const { first, more } = fieldsOf(schema, { city: "Vienna", odd: 1 });
  expect(first.map(([name]) => name)).toEqual(["id", "city", "odd"]);
  expect(more.map(([name]) => name)).toEqual(["note"]);
  expect(put({ a: 1, b: 2 }, "a", undefined)).toEqual({ b: 2 });
});
