import { expect, test } from "vitest";
import { shownSize } from "./size";

test("a size is told in the reader's way, in the unit that fits", () => {
  expect(shownSize(0, "en-US")).toBe("0 byte");
  expect(shownSize(999, "en-US")).toBe("999 byte");
  expect(shownSize(1500, "en-US")).toBe("1.5 kB");
  expect(shownSize(3_200_000_000, "de-DE").replace("\u00a0", " ")).toBe("3,2 GB");
});
