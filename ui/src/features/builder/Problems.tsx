import { Anchor, Stack, Text } from "@mantine/core";
import { Advice } from "../../components/Advice";
import { Nothing } from "../../components/states";
import { keyOf, placeOfProblem } from "./tree";
import type { FlowProblem, Place } from "./types";

/** How many problems each part has. */
export function problemsByPart(problems: FlowProblem[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const problem of problems) {
    const key = keyOf(placeOfProblem(problem.place));
    found.set(key, (found.get(key) ?? 0) + 1);
  }
  return found;
}

/** What keeps a flow from being published; a warning does not. */
export const blocking = (problems: FlowProblem[]) => problems.filter((problem) => !problem["warning"]);

export function Problems({ problems, go }: { problems: FlowProblem[] | null; go?: (place: Place) => void }) {
  if (problems === null) return <Text size="sm">Looking …</Text>;
  if (problems.length === 0) return <Nothing title="Nothing is wrong">This flow can be published as it is.</Nothing>;
  return (
    <Stack gap="xs" component="ul" m={0} pl="md">
      {problems.map((problem) => (
        <li key={problem.place + problem.message}>
          <Text size="sm">
            <b>{problem["warning"] ? "To think about" : "To mend"}:</b>{" "}
            {go ? (
              <Anchor component="button" size="sm" onClick={() => go(placeOfProblem(problem.place))}>
                {problem.place}
              </Anchor>
            ) : (
              problem.place
            )}
            : <Advice>{problem.message}</Advice>
          </Text>
        </li>
      ))}
    </Stack>
  );
}
