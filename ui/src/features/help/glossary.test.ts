import { expect, test } from "vitest";
import { anchorOf, found, GLOSSARY, meaningOf } from "./glossary";

// Every place that shows a word, read as text: a word that the glossary lacks would open an empty bubble.
const SOURCES: Record<string, string> = import.meta.glob("../../**/*.tsx", { query: "?raw", import: "default", eager: true });

test("every word has a place of its own, in the order of the alphabet", () => {
  const anchors = GLOSSARY.map((item) => anchorOf(item.word));
  expect(new Set(anchors).size).toBe(anchors.length);
  const words = GLOSSARY.map((item) => item.word.toLowerCase());
  expect(words).toEqual([...words].sort());
});

test("every word is told in one to three sentences", () => {
  for (const { word, means } of GLOSSARY) {
    const sentences = means.split(/[.!?](?:\s|$)/).filter(Boolean).length;
    expect(sentences, word).toBeGreaterThanOrEqual(1);
    expect(sentences, word).toBeLessThanOrEqual(3);
  }
});

test("every word that a page offers to explain is in the glossary", () => {
  const used = Object.values(SOURCES).flatMap((text) => [...text.matchAll(/<Term word="([^"]+)"/g)].map((match) => match[1] ?? ""));
  expect(used.length).toBeGreaterThan(5);
  expect(used.filter((word) => !meaningOf(word))).toEqual([]);
});

test("a search finds the word itself before those that only mention it", () => {
  expect(found("token")[0]?.word).toBe("token");
  expect(found("WEBHOOK").map((item) => item.word)).toContain("polling");
  expect(found("xyzzy")).toEqual([]);
  expect(found(" ")).toEqual(GLOSSARY);
});
