import words from "./glossary.json";

/** A word and what it means, in plain words. docs/explanation/words.md says the same; a test compares the two. */
export interface Word {
  word: string;
  means: string;
}

export const GLOSSARY: Word[] = words;

/** Where a word stands on the help page: behind the ``#``. */
export function anchorOf(word: string): string {
  return word.toLowerCase().replace(/[^a-z0-9]+/g, "-");
}

export function meaningOf(word: string): Word | undefined {
  return GLOSSARY.find((item) => anchorOf(item.word) === anchorOf(word));
}

/** The words that hold what was typed, those that begin with it first. */
export function found(typed: string): Word[] {
  const wanted = typed.trim().toLowerCase();
  if (!wanted) return GLOSSARY;
  const rank = ({ word, means }: Word) => {
    const place = word.toLowerCase().indexOf(wanted);
    return place === 0 ? 0 : place > 0 ? 1 : means.toLowerCase().includes(wanted) ? 2 : 3;
  };
  return GLOSSARY.filter((item) => rank(item) < 3).sort((one, other) => rank(one) - rank(other));
}
