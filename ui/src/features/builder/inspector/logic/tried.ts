import type { Trial, TriedStep } from "../../queries";

type Result = Trial["results"][number];

/** What a step gave in a dry run: ``seen`` is false where the run knows nothing of the step, such as of a new one. */
export function outputOf(result: Result, id: string, list: boolean): { seen: boolean; output: unknown } {
  const mine = result.steps.filter((step) => belongs(step, id));
  const done = mine.filter((step) => step.output !== null && step.output !== undefined);
  // Within a loop it is told for each item; the sample is of the first, as everywhere.
  const plain = done.find((step) => !numbered(step, id));
  const each = done.filter((step) => numbered(step, id)).map((step) => step.output);
  return { seen: mine.length > 0, output: list ? (each.length > 0 ? each : plain?.output) : plain?.output };
}

/** A path is the step's id, with the loops around it before and the number of its item behind: ``loop.1.step.2``. */
function belongs(step: TriedStep, id: string): boolean {
  return step.path.split(".").filter((part) => !/^\d+$/.test(part)).at(-1) === id;
}

function numbered(step: TriedStep, id: string): boolean {
  return step.path.split(".").at(-1) !== id;
}
