import { expect, test } from "vitest";
import { inSeconds, inUnit, shownInterval, yesterday } from "./lengths";

test("an interval is shown in the largest unit in which it is whole, and read back the same", () => {
  for (const [seconds, shown] of [[60, "1 minute"], [90, "90 seconds"], [21_600, "6 hours"], [86_400, "1 day"], [604_800, "7 days"]] as const) {
    expect(shownInterval(seconds)).toBe(shown);
    const { count, unit } = inUnit(seconds);
    expect(inSeconds(count, unit)).toBe(seconds);
  }
});

test("yesterday is the business's own", () => {
  const now = new Date("2026-03-01T03:00:00Z");
  expect(yesterday(now, "UTC")).toBe("2026-02-28");
  expect(yesterday(now, "America/New_York")).toBe("2026-02-27");
});
