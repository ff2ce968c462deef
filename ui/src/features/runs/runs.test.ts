import { expect, test } from "vitest";
import { problemIn } from "./input";
import type { Run } from "../../api/types";
import { orderOf } from "./lanes";
import { shownOffset, stretchOf, timelineOf } from "./timeline";

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

const call = { method: "POST", url: "https://act.test/api/lines?page=2", request: null, answer: null, refused_parts: 0 };
const ran = {
  id: "r", flow: "f", flow_version: 1, event_id: "e", state: "dead", reason: "price", cause: "c", held_amount: null, held_currency: null, attempts: 1,
  wake_at: null, replayed_from: null, started_at: "2026-03-01T09:00:10Z", finished_at: "2026-03-01T09:00:13Z", lane: "a/order/1", other_runs: [],
  event: {
    id: "e", type: "t", kind: "order", record_id: "1", revision: 1, source: "webhook", state: {}, accepted_at: "2026-03-01T09:00:05Z",
    happened_at: "2026-02-01T09:00:00Z", also_by: [], delivery: { id: 1, source: "webhook", received_at: "2026-03-01T09:00:00Z" },
  },
  steps: [
    {
      path: "lines", action: "a", state: "failed", input: {}, output: null, error: "price", finished_at: "2026-03-01T09:00:13Z", attempts: 1, took_s: 2,
      failed_attempts: [{ attempt: 1, input: {}, error: "price", cause: "c", took_s: 2, times: 1, first_at: "2026-03-01T09:00:13Z", last_at: "2026-03-01T09:00:13Z" }],
    },
  ],
  receipts: [],
} as unknown as Run;

test("a run is told in the order of time, from what happened over there to its end", () => {
  const tries = [
    { at: "2026-03-01T09:00:11Z", waited_s: 0, took_s: 0.2, status: 429, problem: null },
    { at: "2026-03-01T09:00:12.2Z", waited_s: 0.5, took_s: 0.1, status: 422, problem: null },
  ];
  const moments = timelineOf(ran, [{ step: "lines", attempt: 1, kept_at: "2026-03-01T09:00:13Z", left_out: 0, calls: [{ ...call, tries }] }]);
  expect(moments.map((item) => item.title)).toEqual([
    "It happened over there",
    "Came in by webhook",
    "The record was read, and was found changed",
    "The run began",
    "Step lines failed",
    "POST /api/lines?page=2",
    "Waited before it was sent again",
    "POST /api/lines?page=2",
    "Stopped: a person is needed",
  ]);
  expect(moments.map((item) => item.detail).slice(5, 8)).toEqual(["429, too many calls", null, "waited 0.50 s for the allowance; 422, refused as wrong"]);
  // What happened a month before is no part of what is drawn.
  expect(stretchOf(moments)).toEqual({ from: Date.parse("2026-03-01T09:00:00Z"), to: Date.parse("2026-03-01T09:00:13Z") });
  expect([250, -61_000, 9_000_000].map(shownOffset)).toEqual(["+250 ms", "−61.0 s", "+2.5 h"]);
});
