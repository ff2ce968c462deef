import type { ConnectionListed } from "./types";

/** What waits where an account takes part, in words. */
export function waits(count: number): string {
  if (count === 0) return "nothing waits";
  return count === 1 ? "1 change waits" : `${count.toLocaleString()} changes wait`;
}

/** The calls that an account still allows, in words. */
export function callsLeft(budget: ConnectionListed["budget"]): string {
  if (budget.calls_left === null) return "no limit of calls known";
  const today = budget.calls_left_today === null ? "" : `, ${budget.calls_left_today.toLocaleString()} today`;
  return `${budget.calls_left.toLocaleString()} calls left in ${budget.window_s} s${today}`;
}
