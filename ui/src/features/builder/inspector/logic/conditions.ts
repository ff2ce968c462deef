import type { JsonObject } from "../../types";
import { isScalar } from "./values";

export type Question = "equals" | "not_equals" | "in" | "not_in" | "present" | "is" | "above" | "below" | "true";

export const QUESTION_WORDS: Record<Question, string> = {
  equals: "is",
  not_equals: "is not",
  in: "is one of",
  not_in: "is none of",
  present: "is there",
  is: "is without a value",
  above: "is above",
  below: "is below",
  true: "holds",
};

const QUESTIONS: Question[] = ["equals", "not_equals", "in", "not_in", "present", "is", "above", "below"];

/** A condition for a form; ``rest`` is what stands beside it, such as the reason. */
export interface Condition {
  source: "from" | "expression";
  main: string;
  question: Question;
  answer: unknown;
  rest: JsonObject;
  order: string[];
}

/** Null where it asks several things at once, or in a way that the form does not know. */
export function readCondition(given: JsonObject): Condition | null {
  const sources = (["from", "expression"] as const).filter((name) => Object.hasOwn(given, name));
  const asked = QUESTIONS.filter((name) => Object.hasOwn(given, name));
  const source = sources[0];
  if (sources.length !== 1 || source === undefined || typeof given[source] !== "string" || asked.length > 1) return null;
  const question = asked[0] ?? (source === "expression" ? "true" : undefined);
  if (question === undefined) return null;
  const answer = question === "true" ? undefined : given[question];
  if (question === "present" && typeof answer !== "boolean") return null;
  if (question === "is" && !["missing", "null", "empty"].includes(String(answer))) return null;
  if ((question === "in" || question === "not_in") && !(Array.isArray(answer) && answer.every(isScalar))) return null;
  if (["equals", "not_equals", "above", "below"].includes(question) && !isScalar(answer)) return null;
  const rest = Object.fromEntries(Object.entries(given).filter(([name]) => name !== source && name !== question));
  return { source, main: given[source] as string, question, answer, rest, order: Object.keys(given) };
}

export function writtenCondition(condition: Condition): JsonObject {
  const { source, main, question, answer, rest, order } = condition;
  const whole: JsonObject = { [source]: main, ...(question === "true" ? {} : { [question]: answer }), ...rest };
  const ordered = order.filter((name) => Object.hasOwn(whole, name));
  const names = [...ordered, ...Object.keys(whole).filter((name) => !ordered.includes(name))];
  return Object.fromEntries(names.map((name) => [name, whole[name]]));
}

/** Ask something else; an answer that fits stays. */
export function asking(condition: Condition, question: Question): Condition {
  const before = condition.answer;
  const one = Array.isArray(before) ? before[0] : before;
  switch (question) {
    case "true":
      return { ...condition, question, answer: undefined };
    case "present":
      return { ...condition, question, answer: true };
    case "is":
      return { ...condition, question, answer: "missing" };
    case "in":
    case "not_in":
      return { ...condition, question, answer: Array.isArray(before) ? before : before === undefined || before === "" ? [] : [before] };
    default:
      return { ...condition, question, answer: one ?? "" };
  }
}
