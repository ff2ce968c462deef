import { Text } from "@mantine/core";
import { Advice } from "../../../components/Advice";
import type { FlowProblem } from "../types";
import { isWarning } from "./logic/trouble";

/** What is wrong, where it is wrong. */
export function Said({ problems }: { problems: FlowProblem[] }) {
  return problems.map((problem, number) => (
    <Text key={`${problem.place}/${number}`} size="xs" c={isWarning(problem) ? "light-dark(#7a4f00, #ffe066)" : "light-dark(#a61e1e, #ffa8a8)"} data-testid="problem">
      <b>{isWarning(problem) ? "Look again: " : "Wrong: "}</b>
      <Advice>{problem.message}</Advice>
    </Text>
  ));
}
