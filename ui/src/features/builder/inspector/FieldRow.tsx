import { Badge, Button, Group, Stack, Text } from "@mantine/core";
import { Advice } from "../../../components/Advice";
import type { FlowProblem } from "../types";
import { useAround } from "./context";
import classes from "./inspector.module.css";
import type { Target } from "./logic/targets";
import type { Source } from "./logic/tree";
import { shownSample } from "./logic/values";
import { Said } from "./Said";
import { useDraft } from "./useDraft";
import { ValueEditor } from "./ValueEditor";

/** One field of an action: what it is, how it is filled, what is wrong with it. */
export function FieldRow({
  step,
  target,
  value,
  problems,
  suggested,
  save,
}: {
  step: string;
  target: Target;
  value: unknown;
  problems: FlowProblem[];
  suggested: Source | null;
  save: (value: unknown) => void;
}) {
  const { readOnly, taker } = useAround();
  const { shown, set, flush } = useDraft(value, save);
  const label = target.label ? `${target.label} (${target.name})` : target.name;
  return (
    <div
      className={classes.row}
      role="group"
      aria-label={`Field ${target.name}`}
      data-field={target.name}
      data-taking={taker?.label === target.name || undefined}
      onBlur={flush}
    >
      <Stack gap={6}>
        <Group gap={6}>
          <Text size="sm" fw={600}>
            {label}
          </Text>
          {target.required ? (
            <Badge size="xs" variant="light" color="red" tt="none" className="tone-red">
              needed
            </Badge>
          ) : null}
          {target.type ? (
            <Badge size="xs" variant="light" color="gray" tt="none" className="tone-gray">
              {target.type}
            </Badge>
          ) : null}
          {target.custom ? (
            <Badge size="xs" variant="light" color="blue" tt="none" className="tone-blue">
              the account’s own
            </Badge>
          ) : null}
          {target.readOnly ? (
            <Badge size="xs" variant="light" color="yellow" tt="none" className="tone-yellow">
              only read
            </Badge>
          ) : null}
        </Group>
        {target.description && target.description !== target.label ? (
          <Text size="xs" c="dimmed">
            <Advice>{target.description}</Advice>
            {target.maxLength ? ` ${target.maxLength} characters at most.` : ""}
          </Text>
        ) : null}
        <ValueEditor
          label={target.name}
          place={`steps.${step}.with.${target.name}`}
          value={shown}
          onChange={set}
          target={target}
          aside={
            shown === undefined && suggested && !readOnly ? (
              <Button
                size="compact-xs"
                variant="light"
                className="tone-blue"
                styles={{ label: { maxWidth: 190, overflow: "hidden", textOverflow: "ellipsis" } }}
                title={`${suggested.path}: ${shownSample(suggested.sample)}`}
                aria-label={`Take ${suggested.path} for ${target.name}`}
                onClick={() => set({ from: suggested.path })}
              >
                Take {suggested.path}
              </Button>
            ) : null
          }
        />
        <Said problems={problems} />
      </Stack>
    </div>
  );
}
