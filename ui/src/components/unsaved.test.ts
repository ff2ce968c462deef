import { expect, test } from "vitest";
import { leadsAway } from "./unsaved";

const plain = { button: 0, metaKey: false, ctrlKey: false, shiftKey: false, altKey: false, defaultPrevented: false };
const link = { target: "", href: "http://here/orders", download: false };
const here = "http://here/settings/users#top";

test("a plain click on a link to another page leads away", () => {
  expect(leadsAway(plain, link, here)).toBe(true);
});

test("what opens another tab, saves a file, or stays on the page does not", () => {
  expect(leadsAway({ ...plain, ctrlKey: true }, link, here)).toBe(false);
  expect(leadsAway({ ...plain, button: 1 }, link, here)).toBe(false);
  expect(leadsAway(plain, { ...link, target: "_blank" }, here)).toBe(false);
  expect(leadsAway(plain, { ...link, download: true }, here)).toBe(false);
  expect(leadsAway(plain, { ...link, href: "http://here/settings/users#below" }, here)).toBe(false);
});
