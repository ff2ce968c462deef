import { expect, test } from "vitest";
import { currenciesOf, seriesOf, tipOf, type TrendShown } from "./trendSeries";

const trend: TrendShown = {
  highlevel: "shop", act: "crm", zone: "UTC", since: "2026-03-01", until: "2026-03-03",
  days: [
    { day: "2026-03-01", currency: "USD", orders: 2, highlevel: "10.10", act: "10.00" },
    { day: "2026-03-01", currency: "JPY", orders: 3, highlevel: "500", act: "500" },
    { day: "2026-03-03", currency: "USD", orders: 2, highlevel: "90071992547409.93", act: "90071992547409.93" },
  ],
  latency: [{ day: "2026-03-03", median_s: 0.5, p95_s: 120, changes: 9 }],
};

test("every day has a place, also one without orders", () => {
  const { days, series } = seriesOf(trend, "orders", "");
  expect(days).toEqual(["2026-03-01", "2026-03-02", "2026-03-03"]);
  expect(series[0]?.values).toEqual([5, 0, 2]);
});

test("the text of an amount keeps every digit, whatever is drawn", () => {
  const { series } = seriesOf(trend, "money", "USD");
  expect(series[0]?.texts[2]).toMatch(/90.071.992.547.409.93 USD/);
  expect(series[1]?.texts).toEqual([expect.stringContaining("10.00"), "no orders", expect.anything()]);
});

test("the currency with the most orders comes first", () => {
  expect(currenciesOf(trend)).toEqual(["USD", "JPY"]);
});

test("a day on which nothing came has no latency, and says so", () => {
  const { days, series } = seriesOf(trend, "latency", "");
  expect(series[0]?.values).toEqual([null, null, 0.5]);
  expect(tipOf(days[2]!, series, 2)).toContain("95 % within: 2 min");
  expect(tipOf(days[0]!, series, 0)).toContain("nothing came");
});
