import { expect, test } from "vitest";
import { numberIn } from "../../../../api/exact";
import type { FlowDefinition } from "../../types";
import { suggestion } from "./suggest";
import { kindOf, targetsOf } from "./targets";
import { flat, folded, linesOf, searched, sourceOf } from "./tree";
import { ofField } from "./trouble";
import { filled, find, shownSample, shownScalar, typed } from "./values";
import { seenAt, stepOf, withOwnItems } from "./visible";

const FLOW: FlowDefinition = {
  flow: "f",
  title: "F",
  trigger: "ghl.order.changed@1",
  steps: [
    { id: "a", action: "act.contact.find@1" },
    {
      id: "which",
      choose: [
        { when: [], steps: [{ id: "b1", action: "act.task.create@1" }, { id: "b2", action: "act.task.create@1" }] },
        { steps: [{ id: "c1", stop: "over" }] },
      ],
    },
    { id: "all", for_each: { from: "event.items" }, steps: [{ id: "in", action: "act.note.create@1" }, { id: "in2", action: "x@1" }] },
    { id: "last", action: "act.note.create@1", for_each: { from: "steps.all" } },
  ],
};
const seen = (id: string) => seenAt(FLOW, { kind: "step", id }).steps.map((step) => `${step.id}${step.perhaps ? "?" : ""}${step.list ? "*" : ""}`);

test("a step sees those before it, in its own branch, of the same item", () => {
  expect(seen("a")).toEqual([]);
  expect(seen("b1")).toEqual(["a"]);
  expect(seen("b2")).toEqual(["a", "b1"]);
  expect(seen("c1")).toEqual(["a"]);
  expect(seen("in2")).toEqual(["a", "b1?", "b2?", "in"]);
  expect(seen("last")).toEqual(["a", "b1?", "b2?", "all*"]);
});

test("an item is there only within a loop", () => {
  expect(seenAt(FLOW, { kind: "step", id: "in" }).items).toEqual({ from: "event.items" });
  const last = seenAt(FLOW, { kind: "step", id: "last" });
  expect(last.inLoop).toBe(false);
  expect(withOwnItems(last, stepOf(FLOW, "last")!).inLoop).toBe(true);
});

const EVENT = {
  id: "o1",
  amount: 65.17,
  note: null,
  contact: { email: "ada@example.com", last_name: "King" },
  items: [{ name: "Lid", qty: 3 }],
};
const SCHEMA = { type: "object", properties: { id: { type: "string", description: "Its id." }, currency: { type: "string" } } };
const tree = () => [sourceOf("event", "Order", SCHEMA, EVENT)];

test("the tree has what the schema declares and what the sample has besides", () => {
  const paths = flat(tree()).map((source) => source.path);
  expect(paths).toEqual([
    "event", "event.id", "event.currency", "event.amount", "event.note", "event.contact", "event.contact.email",
    "event.contact.last_name", "event.items", "event.items.0", "event.items.0.name", "event.items.0.qty",
  ]);
});

test("a search keeps the way to what it finds", () => {
  expect(flat(searched(tree(), "email")).map((source) => source.path)).toEqual(["event", "event.contact", "event.contact.email"]);
  expect(flat(searched(tree(), "65.17")).map((source) => source.path)).toEqual(["event", "event.amount"]);
  expect(searched(tree(), "no such thing")).toEqual([]);
});

test("a field is suggested by its name, and nothing where nothing is alike", () => {
  const sources = flat([...tree(), sourceOf("steps.contact", "contact", { properties: { id: { type: "string" } } }, {})]);
  const of = (name: string, type = "text") => suggestion(name, type, sources, "order")?.path ?? null;
  expect(of("order_id")).toBe("event.id");
  expect(of("contact_id")).toBe("steps.contact.id");
  expect(of("invoice_id")).toBeNull();
  expect(of("email_address")).toBe("event.contact.email");
  expect(of("last_name")).toBe("event.contact.last_name");
  expect(of("currency")).toBe("event.currency");
  expect(of("colour")).toBeNull();
  expect(of("items", "list")).toBe("event.items");
});

test("an account's own fields are parts of the field that holds them, the needed fields first", () => {
  const field = { label: "Region", type: "text", required: false, read_only: true, custom: true, max_length: 20, choices: ["N"], closed: true, in_events: null };
  const schema = {
    type: "object",
    required: ["name"],
    properties: { city: { type: "string" }, name: { type: "string" }, custom_fields: { type: "object", additionalProperties: true } },
  };
  const found = targetsOf(schema, [{ ...field, name: "custom_fields.region" }, { ...field, name: "city", label: "Town" }], ["gone"]);
  expect(found.map((item) => item.name)).toEqual(["name", "city", "custom_fields", "gone"]);
  expect(found[1]).toMatchObject({ label: "Town", readOnly: true, maxLength: 20 });
  expect(found[2]!.parts[0]).toMatchObject({ name: "region", path: "custom_fields.region", label: "Region", custom: true, choices: ["N"] });
});

test("whose own fields an action fills is told by its name", () => {
  expect(kindOf("act.contact.create@1", {})).toEqual({ system: "act", kind: "contact" });
  expect(kindOf("act.custom_record.create@1", { table: "Payment" })).toEqual({ system: "act", kind: "Payment" });
  expect(kindOf("act.custom_record.create@1", { table: { from: "event.x" } })).toBeNull();
  expect(kindOf("core.order.lines@1", {})).toBeNull();
});

test("what a person types in one line comes back as the same value", () => {
  for (const value of ["", "paid", "true", "12", "null", '"', '"a"', "1e5", "007", 12, numberIn("-0.5"), numberIn("1.50"), numberIn("12345678901234567.89"), true, false, null, "Ada \"K\""])
    expect(typed(shownScalar(value))).toEqual(value);
});

test("missing, null and empty are told apart", () => {
  expect([undefined, null, "", []].map((value) => shownSample(value))).toEqual(["not there", "null", "empty text", "list of 0"]);
  expect(find({ event: EVENT }, "event.items.0.name")).toBe("Lid");
  expect(find({ event: EVENT }, "event.contact.toString")).toBeUndefined();
  expect(filled("Order {event.id}: {event.note}", { event: EVENT })).toBe("Order o1: [no event.note]");
});

test("a problem stands at its field, also where the field is not there yet", () => {
  const problems = [
    { place: "steps.a.with", message: "name is missing; act.x@1 needs it" },
    { place: "steps.a.with.city.convert", message: "no such conversion" },
    { place: "steps.ab.with.city", message: "another step's" },
  ];
  expect(ofField(problems, "steps.a", "name")).toEqual([problems[0]]);
  expect(ofField(problems, "steps.a", "city")).toEqual([problems[1]]);
});

test("what is below a source is made when it is opened, and steps far away are folded together", () => {
  let asked = 0;
  const schema = { type: "object", get properties() { asked += 1; return { id: { type: "string" } }; } };
  const sources = ["event", ...Array.from({ length: 290 }, (_one, number) => `steps.s${number}`)].map((path) => sourceOf(path, path, schema, undefined));
  const lines = linesOf(folded(sources, 20), new Set(["event"]));
  expect(asked).toBe(1);
  expect(lines.length).toBe(1 + 1 + 1 + 20);
  expect(lines[2]!.source.label).toBe("270 earlier steps");
});
