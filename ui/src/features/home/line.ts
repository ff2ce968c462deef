import type { Pair } from "../../api/types";
import { shownDay } from "../../components/moment";
import { isZero, shownMoney } from "../../components/money";

/** The line that a bookkeeper opens the page for. */
export function lineOf(pair: Pair, locale?: string): string {
  const orders = `${pair.orders} ${pair.orders === 1 ? "order" : "orders"}`;
  if (pair.sums.length === 0) return `${orders} since ${shownDay(pair.since, locale)}`;
  const money = pair.sums.map((item) => {
    const shown = (amount: string) => shownMoney(amount, item.currency, locale);
    const difference = `difference ${shown(item.difference)}`;
    return isZero(item.difference) && item.differing === 0
      ? `${shown(item.highlevel)} on both sides, ${difference}`
      : `${shown(item.highlevel)} in HighLevel, ${shown(item.act)} in Act!, ${difference}`;
  });
  return `${orders}: ${money.join("; ")}`;
}
