import { useQuery } from "@tanstack/react-query";
import { client } from "../../api/client";
import type { components } from "../../api/schema";
import { shownDay, shownLength } from "../../components/moment";
import { shownMoney } from "../../components/money";
import { everyDay } from "./days";

export type TrendShown = components["schemas"]["TrendShown"];
export type What = "orders" | "money" | "latency";

/** One line or row of bars of a chart: where it is drawn, and the exact text of each place. */
export interface Series {
  name: string;
  values: (number | null)[];
  texts: string[];
}

export function useTrends(days: number) {
  return useQuery({
    queryKey: ["live", "trends", days],
    queryFn: async () => (await client.GET("/api/trends", { params: { query: { days } } })).data!,
    placeholderData: (before) => before,
    // Every event would else sum the days anew.
    staleTime: 60_000,
  });
}

/** The currencies of a trend, the one with the most orders first. */
export function currenciesOf(trend: TrendShown): string[] {
  const orders = new Map<string, number>();
  for (const item of trend.days) orders.set(item.currency, (orders.get(item.currency) ?? 0) + item.orders);
  return [...orders].sort((one, other) => other[1] - one[1] || one[0].localeCompare(other[0])).map(([name]) => name);
}

/** What is drawn: a place for each day, whether something was on it or not. */
export function seriesOf(trend: TrendShown, what: What, currency: string): { days: string[]; series: Series[] } {
  const days = everyDay(trend.since, trend.until);
  if (what === "latency") {
    const by = new Map(trend.latency.map((item) => [item.day, item]));
    const of = (name: string, pick: (item: TrendShown["latency"][number]) => number): Series => ({
      name,
      values: days.map((day) => (by.has(day) ? pick(by.get(day)!) : null)),
      texts: days.map((day) => (by.has(day) ? shownLength(pick(by.get(day)!)) : "nothing came")),
    });
    return { days, series: [of("Half of all within", (item) => item.median_s), of("95 % within", (item) => item.p95_s)] };
  }
  if (what === "orders") {
    const counts = new Map<string, number>();
    for (const item of trend.days) counts.set(item.day, (counts.get(item.day) ?? 0) + item.orders);
    const values = days.map((day) => counts.get(day) ?? 0);
    return { days, series: [{ name: "Orders", values, texts: values.map(String) }] };
  }
  const by = new Map(trend.days.filter((item) => item.currency === currency).map((item) => [item.day, item]));
  const of = (name: string, side: "highlevel" | "act"): Series => ({
    name,
    // Only where it is drawn an amount is a fraction; the text keeps all its digits.
    values: days.map((day) => Number(by.get(day)?.[side] ?? 0)),
    texts: days.map((day) => (by.has(day) ? shownMoney(by.get(day)![side], currency) : "no orders")),
  });
  return { days, series: [of("HighLevel", "highlevel"), of("Act!", "act")] };
}

/** What a day says when it is pointed at. */
export function tipOf(day: string, series: Series[], place: number): string {
  return [shownDay(day), ...series.map((item) => `${item.name}: ${item.texts[place] ?? ""}`)].join("\n");
}
