import { Badge, Box, Group, Paper, Stack, Table, Text, Title } from "@mantine/core";
import { Advice } from "../../components/Advice";
import { Nothing } from "../../components/states";
import { Wide } from "../../components/Wide";
import { useOperations } from "../catalogue/queries";
import { titlesOf } from "../templates/words";
import type { Effect, Trial, Tried, TriedStep } from "./types";

const OUTCOMES: Record<Tried["outcome"], { color: string; text: string }> = {
  done: { color: "green", text: "Would be carried over" },
  nothing: { color: "gray", text: "Nothing to do" },
  held: { color: "orange", text: "Would ask a person" },
  waits: { color: "blue", text: "Would wait" },
  fails: { color: "red", text: "The flow has to be corrected" },
  not_now: { color: "yellow", text: "An account cannot be asked now" },
};

/** What a flow would do with each record that it was tried on. */
export function Trials({ trials }: { trials: Trial[] }) {
  return (
    <>
      {trials.map((trial) => (
        <Stack key={trial.id} gap="sm" component="section" aria-label={trial.flow}>
          {trials.length > 1 ? <Text fw={600}>{trial.flow}</Text> : null}
          {trial.results.length === 0 ? (
            <Nothing title="There is nothing to try it on">The account has no record of the kind yet.</Nothing>
          ) : null}
          {trial.results.map((item, number) => (
            <Result key={item.event.id + number} tried={item} />
          ))}
        </Stack>
      ))}
    </>
  );
}

function Result({ tried }: { tried: Tried }) {
  const look = OUTCOMES[tried.outcome];
  const titles = titlesOf(useOperations().data);
  return (
    <Paper withBorder p="md" component="section" aria-label={`${tried.event.kind} ${tried.event.record_id}`}>
      <Stack gap="xs">
        <Group gap="xs">
          <Title order={3} size="h5">
            {tried.event.kind.charAt(0).toUpperCase() + tried.event.kind.slice(1).replaceAll("_", " ")} …{tried.event.record_id.slice(-8)}
          </Title>
          <Badge color={look.color} className={`tone-${look.color}`} variant="light" tt="none">
            {look.text}
          </Badge>
        </Group>
        {tried.reason ? <Text size="sm"><Advice>{tried.reason}</Advice></Text> : null}
        <Box component="ol" m={0} pl="lg">
          {tried.steps.map((step) => (
            <li key={step.path}>
              <Step step={step} title={(step.action && titles.get(step.action)) || step.path.replaceAll("_", " ")} />
            </li>
          ))}
        </Box>
      </Stack>
    </Paper>
  );
}

function Step({ step, title }: { step: TriedStep; title: string }) {
  return (
    <Box mb="xs">
      <Text size="sm" fw={600}>
        {title}
      </Text>
      {step.says ? <Text size="sm"><Advice>{step.says}</Advice></Text> : null}
      {step.effects.length === 0 && !step.says ? (
        <Text size="sm" c="dimmed">
          {step.state === "done" ? "Nothing is written." : `${step.state.charAt(0).toUpperCase()}${step.state.slice(1)}; nothing is written.`}
        </Text>
      ) : null}
      {step.effects.map((effect, at) => (
        <Written key={at} effect={effect} />
      ))}
    </Box>
  );
}

function Written({ effect }: { effect: Effect }) {
  return (
    <Box>
      <Text size="sm"><Advice>{effect.says}</Advice></Text>
      {effect.note ? <Text size="sm" c="dimmed"><Advice>{effect.note}</Advice></Text> : null}
      {effect.fields.length > 0 ? (
        <Wide stacked label="What would be another value">
          <Table verticalSpacing={2} withRowBorders={false}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Field</Table.Th>
                <Table.Th scope="col">Now</Table.Th>
                <Table.Th scope="col">Would be</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {effect.fields.map((row) => (
                <Table.Tr key={row.field}>
                  <Table.Td>{row.field.replaceAll("_", " ").replaceAll(".", " · ")}</Table.Td>
                  <Table.Td>{shown(row.before)}</Table.Td>
                  <Table.Td>{shown(row.after)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Wide>
      ) : null}
    </Box>
  );
}

function shown(value: unknown): string {
  if (value === null || value === undefined || value === "") return "–";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
