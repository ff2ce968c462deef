import { expect, test } from "vitest";
import { shownDay, shownLength, shownMoment } from "./moment";

const NOON = "2026-07-01T02:30:00Z";

/** Some versions write another kind of space before AM and PM. */
const plain = (text: string) => text.replace(/[\u202f\u00a0]/g, " ");

test("a moment is told in the business's zone and the reader's language", () => {
  expect(plain(shownMoment(NOON, "America/New_York", "en-US"))).toBe("Jun 30, 2026, 10:30:00 PM");
  expect(plain(shownMoment(NOON, "America/New_York", "de-DE"))).toBe("30.06.2026, 22:30:00");
  expect(plain(shownMoment(NOON, "Asia/Kolkata", "en-GB"))).toBe("1 Jul 2026, 08:00:00");
});

test("a moment after the clocks were changed is told by the new time", () => {
  expect(plain(shownMoment("2026-11-01T05:30:00Z", "America/New_York", "en-US"))).toBe("Nov 1, 2026, 1:30:00 AM");
  expect(plain(shownMoment("2026-11-01T07:30:00Z", "America/New_York", "en-US"))).toBe("Nov 1, 2026, 2:30:00 AM");
});

test("a zone that the browser does not know, and what is no moment, do not take the page down", () => {
  expect(plain(shownMoment(NOON, "Mars/Olympus", "en-US"))).toBe("Jul 1, 2026, 2:30:00 AM UTC");
  expect(shownMoment("soon", "America/New_York", "en-US")).toBe("soon");
  expect(shownDay("some day")).toBe("some day");
});

test("a day is the same day in every zone", () => {
  expect(shownDay("2026-03-01", "en-US")).toBe("Sunday, March 1, 2026");
  expect(shownDay("2026-03-01", "de-DE")).toBe("Sonntag, 1. März 2026");
});

test("a length is told in the unit that fits, in the reader's way", () => {
  expect(shownLength(0.0421, "en-US")).toBe("42 ms");
  expect(shownLength(12.34, "de-DE")).toBe("12,3 s");
  expect(shownLength(60, "en-US")).toBe("60 s");
  expect(shownLength(600, "en-US")).toBe("10 min");
  expect(shownLength(7200, "en-US")).toBe("2 h");
  expect(shownLength(9000, "en-US")).toBe("2.5 h");
});
