import { expect, test } from "vitest";
import type { Pair } from "../../api/types";
import { lineOf } from "./line";
import { everyDay } from "./days";

const usd = {
  currency: "USD", orders: 143, highlevel: "18204.55", act: "18204.55", difference: "0.00", paid_highlevel: "0.00",
  paid_act: "0.00", refunded_highlevel: "0.00", refunded_act: "0.00", differing: 0,
};
const pair: Pair = {
  highlevel: "shop", act: "crm", mode: "live", zone: "UTC", since: "2026-10-31", orders: 143, agrees: true, sums: [usd],
  days: [], latency: null, close: null,
};

test("the line says how many orders, how much, and that both sides agree", () => {
  expect(lineOf(pair, "en-US")).toBe("143 orders: 18,204.55 USD on both sides, difference 0.00 USD");
});

test("a cent of difference is told with both amounts", () => {
  const other = { ...pair, sums: [{ ...usd, act: "18204.54", difference: "0.01", differing: 1 }] };
  expect(lineOf(other, "en-US")).toBe(
    "143 orders: 18,204.55 USD in HighLevel, 18,204.54 USD in Act!, difference 0.01 USD",
  );
});

test("two orders that differ by as much the one as the other way are not called equal", () => {
  const other = { ...pair, sums: [{ ...usd, differing: 2 }] };
  expect(lineOf(other, "en-US")).toContain("in Act!");
});

test("a currency without cents shows none", () => {
  const yen = { ...usd, currency: "JPY", highlevel: "1200", act: "1200", difference: "0" };
  expect(lineOf({ ...pair, orders: 1, sums: [yen] }, "en-US")).toBe("1 order: 1,200 JPY on both sides, difference 0 JPY");
});

test("days have no hole, also where a month ends", () => {
  expect(everyDay("2026-02-27", "2026-03-02")).toEqual(["2026-02-27", "2026-02-28", "2026-03-01", "2026-03-02"]);
});
