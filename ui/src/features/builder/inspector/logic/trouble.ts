import type { FlowProblem } from "../../types";

export function isWarning(problem: FlowProblem): boolean {
  return problem.severity === "warning" || problem.warning === true;
}

/** What is said of a place or of something within it. */
export function within(problems: FlowProblem[], place: string): FlowProblem[] {
  return problems.filter((problem) => problem.place === place || problem.place.startsWith(`${place}.`));
}

/** The same of a field, with what is said of it where it is not there yet: the step's ``with`` lacks it. */
export function ofField(problems: FlowProblem[], stepPlace: string, field: string): FlowProblem[] {
  const lacking = problems.filter(
    (problem) => (problem.place === `${stepPlace}.with` || problem.place === stepPlace) && problem.message.startsWith(`${field} is missing`),
  );
  return [...lacking, ...within(problems, `${stepPlace}.with.${field}`)];
}

/** What no field shows. */
export function elsewhere(all: FlowProblem[], shown: FlowProblem[]): FlowProblem[] {
  return all.filter((problem) => !shown.includes(problem));
}
