import { expect, test } from "vitest";
import { cloned, decode, encode, Exact, numberIn } from "./exact";

const NUMBERS = ["1.50", "0.1", "12345678901234567890", "1e-7", "-0", "-12.00", "9007199254740993", "0", "42", "-7", "1E+2"];

test.each(NUMBERS)("%s comes back with the digits that it had, wherever it stands", (number) => {
  for (const text of [number, `[${number}]`, `{"a":{"b":[${number},"${number}"]}}`]) expect(encode(decode(text))).toBe(text);
  expect(encode(cloned(decode(`{"a":[${number}]}`)))).toBe(`{"a":[${number}]}`);
  expect(encode(numberIn(number))).toBe(number);
});

test("what a browser keeps is a number, and a text is no number", () => {
  expect(decode('{"a":3,"b":"1.50","c":"say \\"1.50\\" and \\\\","d":1.50,"e":"\\u0041"}')).toEqual({ a: 3, b: "1.50", c: 'say "1.50" and \\', d: new Exact("1.50"), e: "A" });
  expect(encode({ a: "\\u0000number:1" })).toBe('{"a":"\\\\u0000number:1"}');
});

test("what is no JSON is none", () => {
  for (const text of ["", "{", "01", "1.", "-", "[1.5.2]", "1e", "{a: 1}", "1.50 2", "+1"]) expect(() => decode(text), text).toThrow(SyntaxError);
  for (const text of ["1.", ".5", "1,5", "- 1", "0x1", "", "Infinity"]) expect(numberIn(text), text).toBeNull();
});
