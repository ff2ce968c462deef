import { expect, test } from "vitest";
import { isZero, shownMoney } from "./money";

test("an amount is grouped in the reader's way and keeps every digit", () => {
  expect(shownMoney("18204.55", "USD", "en-US")).toBe("18,204.55 USD");
  expect(shownMoney("18204.55", "EUR", "de-DE")).toBe("18.204,55 EUR");
  expect(shownMoney("12345678901234567890.10", "USD", "en-US")).toBe("12,345,678,901,234,567,890.10 USD");
});

test("one amount is never written with two kinds of digits", () => {
  expect(shownMoney("1234.50", "EGP", "ar-EG")).toMatch(/^[0-9.,٬٫]+ EGP$/);
  expect(shownMoney("1234567.50", "INR", "en-IN")).toBe("12,34,567.50 INR");
  expect(shownMoney("0.10", "CHF", "de-AT")).toBe("0,10 CHF");
});

test("a currency without cents has none, and others have theirs, however they came", () => {
  expect(shownMoney("1200", "JPY", "en-US")).toBe("1,200 JPY");
  expect(shownMoney("15", "USD", "en-US")).toBe("15.00 USD");
  expect(shownMoney("1.5", "KWD", "en-US")).toBe("1.500 KWD");
  expect(shownMoney("0.12345", "USD", "en-US")).toBe("0.12345 USD");
  expect(shownMoney("5", "?", "en-US")).toBe("5 ?");
});

test("what is owed back is negative", () => {
  expect(shownMoney("-0.01", "USD", "en-US")).toBe("−0.01 USD");
});

test("what is no number is shown as it came", () => {
  expect(shownMoney("many", "USD")).toBe("many USD");
});

test("zero is zero however many digits it has, and a cent is not", () => {
  for (const amount of ["0", "0.00", "-0.00", "0.000"]) expect(isZero(amount)).toBe(true);
  for (const amount of ["0.01", "-0.01", "10"]) expect(isZero(amount)).toBe(false);
});
