import { expect, test } from "vitest";
import { Exact } from "../../api/exact";
import { changed, initial, kindOf, lacking, number, parts, settingsBetween } from "./settings";
import type { Setting } from "./types";
import { direction, tell } from "./words";

const setting = (name: string, given: Partial<Setting>): Setting => ({
  name, title: name, description: "", schema: { type: "string" }, required: false, default: "a", example: "b", ...given,
});

test("a setting is asked for by what its schema allows", () => {
  expect(kindOf({ enum: ["Open", null] })).toBe("choice");
  expect(kindOf({ type: ["string", "null"] })).toBe("text");
  expect(kindOf({ type: "array", items: { type: "string" } })).toBe("list");
  expect(kindOf({ type: "array", items: { type: "object", properties: { name: { type: "string" } } } })).toBe("rows");
  expect(kindOf({ type: "object", additionalProperties: { type: "string" } })).toBe("parts");
  expect(kindOf({ type: "object" })).toBe("json");
});

test("an object without named parts is asked for by the parts that it has", () => {
  const schema = { type: "object", additionalProperties: { type: "string" } };
  expect(parts(schema, { paid: "Won" }).map((part) => part.name)).toEqual(["paid"]);
});

test("only what differs from the default is sent, and what is required", () => {
  const settings = [setting("one", {}), setting("two", {}), setting("three", { required: true, default: null })];
  const values = { ...initial(settings), two: "b", three: "c" };
  expect(changed(settings, values)).toEqual({ two: "b", three: "c" });
});

test("what it is enabled with between two accounts is kept, and sent again", () => {
  const settings = [setting("one", {}), setting("two", { required: true }), setting("three", {})];
  const between = { highlevel: "h", act: "a", mode: "test", flows: 1, on: 1, names: [], settings: { one: "mine", two: "id" } };
  const before = settingsBetween({ between: [between] }, { highlevel: "h", act: "a" });
  expect(initial(settings, before)).toEqual({ one: "mine", two: "id", three: "a" });
  expect(changed(settings, initial(settings, before))).toEqual({ one: "mine", two: "id" });
  expect(settingsBetween({ between: [between] }, { highlevel: "h", act: "other" })).toEqual({});
});

test("what has to be given and is empty is named", () => {
  const settings = [setting("one", {}), setting("two", { required: true })];
  expect(lacking(settings, initial(settings)).map((item) => item.name)).toEqual(["two"]);
});

test("a number keeps its digits, and one that is not finished stays as it was typed", () => {
  expect([number("12"), number("1."), number("1.50"), number("")]).toEqual([12, "1.", new Exact("1.50"), null]);
});

test("steps are told in the words of the catalogue, those within others below them", () => {
  const told = tell(
    [{ id: "a", action: "act.x@1", when: [{}] }, { id: "b", choose: [{ steps: [{ id: "c", stop: "it is a test" }] }] }],
    new Map([["act.x@1", "Do it"]]),
  );
  expect(told[0]?.says).toBe("Do it, where its conditions hold");
  expect(told[1]?.steps[0]?.steps[0]?.says).toBe("Stop, nothing is to be done: it is a test");
});

test("a template says from where to where it carries", () => {
  const flow = { flow: "f", title: "f", trigger: "t", starts: "s", from_system: "ghl", to_system: "act" };
  expect(direction([flow])).toBe("HighLevel to Act!");
  expect(direction([flow, { ...flow, from_system: "act", to_system: "ghl" }])).toBe("HighLevel and Act!, both ways");
});
