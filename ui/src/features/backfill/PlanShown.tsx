import { Paper, Stack, Table, Text, Title } from "@mantine/core";
import { useId } from "react";
import { Advice } from "../../components/Advice";
import { Wide } from "../../components/Wide";
import type { Plan } from "./types";
import { labelOf } from "./words";

/** What a backfill would do, as it was found out without writing. */
export function PlanShown({ plan }: { plan: Plan }) {
  const id = useId();
  return (
    <Paper withBorder p="md" component="section" aria-labelledby={id}>
      <Stack gap="sm">
        <Title order={2} size="h5" id={id}>
          The plan
        </Title>
        <Text size="sm" data-testid="plan-cost">
          About {plan.calls.highlevel.toLocaleString()} calls to HighLevel and {plan.calls.act.toLocaleString()} to Act!
          {plan.minutes === null ? "" : `, ${plan.minutes.toLocaleString()} ${plan.minutes === 1 ? "minute" : "minutes"} at the permitted rate`}.
        </Text>
        <Kinds plan={plan} />
        <Sampled plan={plan} />
        <Ambiguous plan={plan} />
        {plan.notes
          // The page says by itself what quiet means.
          .filter((note) => !note.startsWith("It is quiet"))
          .map((note) => (
            <Text size="sm" key={note}>
              <Advice>{note}</Advice>
            </Text>
          ))}
        <Text size="xs" c="dimmed">
          {plan.calls.how}
        </Text>
      </Stack>
    </Paper>
  );
}

function Kinds({ plan }: { plan: Plan }) {
  return (
    <Wide stacked label="Records by kind">
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Kind</Table.Th>
            <Table.Th scope="col" className="amount">Records</Table.Th>
            <Table.Th scope="col" className="amount">Known already</Table.Th>
            <Table.Th scope="col" className="amount">To carry over</Table.Th>
            <Table.Th scope="col">Counted how</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {plan.kinds.map((item) => (
            <Table.Tr key={item.kind}>
              <Table.Td>{labelOf(item.kind)}</Table.Td>
              <Table.Td className="amount">{item.records.toLocaleString()}</Table.Td>
              <Table.Td className="amount">{item.known.toLocaleString()}</Table.Td>
              <Table.Td className="amount">{item.to_do.toLocaleString()}</Table.Td>
              <Table.Td miw={180}>{item.how}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}

function Sampled({ plan: { sampled } }: { plan: Plan }) {
  return (
    <>
      <Text size="sm"><Advice>{sampled.says}</Advice></Text>
      {sampled.effects.length > 0 ? (
        <Wide label="What the sampled records would do">
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Would</Table.Th>
                <Table.Th scope="col">What</Table.Th>
                <Table.Th scope="col" className="amount">Of {sampled.records} sampled</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {sampled.effects.map((item) => (
                <Table.Tr key={item.does + item.kind}>
                  <Table.Td>{item.does}</Table.Td>
                  <Table.Td>{item.kind.replaceAll("_", " ")}</Table.Td>
                  <Table.Td className="amount">{item.count}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Wide>
      ) : null}
    </>
  );
}

function Ambiguous({ plan }: { plan: Plan }) {
  if (plan.ambiguous.length === 0) return <Text size="sm">Nothing ambiguous was found.</Text>;
  return (
    <Wide stacked label="What is ambiguous, or would be left">
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">What is ambiguous, or would be left</Table.Th>
            <Table.Th scope="col" className="amount">Records</Table.Th>
            <Table.Th scope="col">How known</Table.Th>
            <Table.Th scope="col">For example</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {plan.ambiguous.map((item) => (
            <Table.Tr key={item.what + item.example}>
              <Table.Td miw={180}>{item.what}</Table.Td>
              <Table.Td className="amount">{item.count}</Table.Td>
              <Table.Td>{item.how}</Table.Td>
              <Table.Td>{item.example}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}
