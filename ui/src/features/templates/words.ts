import type { OperationRow } from "../catalogue/types";
import type { FlowStep, TemplateFlow } from "./types";

export const SYSTEMS: Record<string, string> = { ghl: "HighLevel", act: "Act!" };

/** From where to where a template carries. */
export function direction(flows: TemplateFlow[]): string {
  const ways = new Set(flows.map((flow) => flow.from_system));
  if (ways.size > 1) return "HighLevel and Act!, both ways";
  return ways.has("act") ? "Act! to HighLevel" : "HighLevel to Act!";
}

export interface Told {
  key: string;
  says: string;
  steps: Told[];
}

/** Steps of a flow in words, with the titles of the catalogue. */
export function tell(steps: FlowStep[], titles: Map<string, string>): Told[] {
  return steps.map((step) => {
    const sometimes = step.when && step.when.length > 0 ? ", where its conditions hold" : "";
    if (step.action) {
      const each = step.for_each ? ", for each one" : "";
      return { key: step.id, says: `${titles.get(step.action) ?? step.action}${each}${sometimes}`, steps: [] };
    }
    if (step.stop !== undefined) {
      const says = step.as === "held" ? `Stop, and ask a person: ${step.stop}` : `Stop, nothing is to be done: ${step.stop}`;
      return { key: step.id, says: says + sometimes, steps: [] };
    }
    if (step.choose) {
      const branches = step.choose.map((branch, at) => ({
        key: `${step.id}.${at}`,
        says: branch.when && branch.when.length > 0 ? (at === 0 ? "If its conditions hold" : "Or else, if these hold") : "Otherwise",
        steps: tell(branch.steps, titles),
      }));
      return { key: step.id, says: `Choose the first that fits${sometimes}`, steps: branches };
    }
    return { key: step.id, says: `For each one of a list${sometimes}`, steps: tell(step.steps ?? [], titles) };
  });
}

export function titlesOf(operations: OperationRow[] | undefined): Map<string, string> {
  return new Map((operations ?? []).flatMap((item) => [[item.id, item.title], [`${item.name}@${item.version}`, item.title]]));
}
