import { expect, test } from "vitest";
import { readCondition, writtenCondition, asking } from "./conditions";
import { asKind, conversionsOf, convertOf, isObject, read, withMain, withOption, written, type Kind } from "./mapping";
import flows from "./templates.json";

/** Every value that stands in a ``with`` or ``for_each`` of a shipped template, and everything within it. */
function values(): unknown[] {
  const found: unknown[] = [];
  const inside = (value: unknown) => {
    found.push(value);
    if (Array.isArray(value)) value.forEach(inside);
    else if (isObject(value)) Object.values(value).forEach(inside);
  };
  const steps = (owner: unknown) => {
    if (Array.isArray(owner)) owner.forEach(steps);
    else if (isObject(owner)) {
      for (const [name, value] of Object.entries(owner)) {
        if (name === "with" && isObject(value)) Object.values(value).forEach(inside);
        else if (name === "for_each") inside(value);
        else steps(value);
      }
    }
  };
  steps(flows);
  return found;
}

const ODD: unknown[] = [
  undefined,
  null,
  "",
  0,
  false,
  [],
  {},
  { value: null },
  { value: { a: 1 } },
  { value: [1] },
  { setting: "name" },
  { from: "event.a", text: "b" },
  { from: 7 },
  { object: "no object" },
  { what: "nobody knows", from: "event.id", required: true },
  { if_null: "clear", otherwise: { from: "event.b", otherwise: "x" }, expression: "event.a & 'b'" },
  { map: { a: 1, b: null }, from: "event.a", unmapped: "keep" },
  { lookup: { rows: [{ a: 1 }], where: "a", take: "a" }, from: "event.a" },
  [{ object: { key: { text: "{event.id}" } } }, "plain", { from: "event" }],
];

test("the templates have mappings to look at", () => {
  expect(values().length).toBeGreaterThan(200);
});

test("what the form shows and gives back unchanged is the same JSON, in the same order", () => {
  for (const value of [...values(), ...ODD]) expect(JSON.stringify(written(read(value)))).toBe(JSON.stringify(value));
});

test("a source that is changed leaves everything beside it as it was", () => {
  const given = { required: true, from: "event.a", made_up: [1], map: { a: "b" } };
  expect(written(withMain(read(given), "event.b"))).toEqual({ ...given, from: "event.b" });
  expect(JSON.stringify(written(withMain(read(given), "event.b")))).toBe(JSON.stringify({ ...given, from: "event.b" }));
});

test("an option that is set and taken away leaves no trace", () => {
  const given = { from: "event.a", otherwise: "x" };
  const set = withOption(read(given), "required", true);
  expect(written(set)).toEqual({ ...given, required: true });
  expect(written(withOption(set, "required", undefined))).toEqual(given);
});

test("a fixed value that stands by itself gets an option only wrapped", () => {
  expect(written(withOption(read("a"), "required", true))).toEqual({ value: "a", required: true });
});

test("another way to fill a field takes along what fits", () => {
  expect(written(asKind(read({ from: "event.id", required: true }), "text"))).toEqual({ text: "{event.id}", required: true });
  expect(written(asKind(read({ from: "event.id" }), "expression"))).toEqual({ expression: "event.id" });
  expect(written(asKind(read("Ada"), "text"))).toEqual({ text: "Ada" });
  expect(written(asKind(read({ from: "event.a" }), "json"))).toEqual({ from: "event.a" });
  expect(written(asKind(read({ from: "event.a" }), "list"))).toEqual([{ from: "event.a" }]);
  const every: Kind[] = ["none", "fixed", "from", "text", "expression", "object", "list", "json"];
  for (const value of ODD) for (const kind of every) expect(asKind(read(value), kind).kind).toBe(kind);
});

test("conversions keep the way in which they were written", () => {
  for (const convert of ["phone", ["phone", "text"], { phone: { region: "US" } }, [{ phone: {} }], undefined]) {
    expect(convertOf(conversionsOf(convert)!, convert)).toEqual(convert);
  }
  expect(convertOf([{ name: "text", options: {} }], "phone")).toBe("text");
  expect(convertOf([], "phone")).toBeUndefined();
  expect(conversionsOf({ phone: {}, text: {} })).toBeNull();
});

test("conditions of the templates come back as they were", () => {
  let seen = 0;
  const inside = (value: unknown) => {
    if (Array.isArray(value)) value.forEach(inside);
    else if (isObject(value))
      for (const [name, item] of Object.entries(value)) {
        if (name === "when" && Array.isArray(item))
          for (const given of item) {
            const read_ = readCondition(given as Record<string, unknown>);
            if (!read_) continue;
            seen += 1;
            expect(JSON.stringify(writtenCondition(read_))).toBe(JSON.stringify(given));
          }
        else inside(item);
      }
  };
  inside(flows);
  expect(seen).toBeGreaterThan(20);
});

test("a condition that asks several things at once is left to JSON", () => {
  expect(readCondition({ from: "event.a", above: 1, below: 5 })).toBeNull();
  expect(readCondition({ from: "event.a" })).toBeNull();
  expect(readCondition({ from: "event.a", in: { setting: "x" } })).toBeNull();
});

test("another question keeps the answer that fits it", () => {
  const one = readCondition({ from: "event.a", equals: "paid", reason: "r" })!;
  expect(writtenCondition(asking(one, "in"))).toEqual({ from: "event.a", in: ["paid"], reason: "r" });
  expect(writtenCondition(asking(asking(one, "in"), "not_equals"))).toEqual({ from: "event.a", not_equals: "paid", reason: "r" });
  expect(writtenCondition(asking(one, "present"))).toEqual({ from: "event.a", present: true, reason: "r" });
});
