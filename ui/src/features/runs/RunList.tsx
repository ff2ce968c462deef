import { Anchor, Group, Select, Stack, Table, Text, TextInput, Title } from "@mantine/core";
import { Link } from "wouter";
import { useRuns } from "../../api/queries";
import type { RunRow } from "../../api/types";
import { RunBadge } from "../../components/badges";
import { Moment } from "../../components/moment";
import { asText, Money } from "../../components/money";
import { Pages } from "../../components/Pages";
import { useAddress, useTyped } from "../../components/search";
import { Asked, Nothing } from "../../components/states";
import { Term } from "../../components/Term";
import { Wide } from "../../components/Wide";

const STATES = [
  { value: "", label: "every state" },
  { value: "dead", label: "needs a person" },
  { value: "waiting", label: "waiting" },
  { value: "running", label: "running" },
  { value: "done", label: "done" },
  { value: "nothing", label: "nothing to do" },
  { value: "cancelled", label: "cancelled" },
];

export default function RunList() {
  const [address, change] = useAddress();
  const [text, type] = useTyped("q");
  const state = address.get("state") ?? "";
  const after = address.get("after");
  const runs = useRuns({ q: address.get("q") ?? "", state, after });
  return (
    <Stack>
      <Title order={1} size="h3">
        Activity
      </Title>
      <Group align="flex-end">
        <TextInput
          label="Find runs"
          placeholder="Order id, e-mail, amount, a word of an error …"
          value={text}
          onChange={(event) => type(event.currentTarget.value)}
          w={{ base: "100%", sm: 380 }}
        />
        <Select
          label="State"
          data={STATES}
          value={state}
          allowDeselect={false}
          onChange={(value) => change({ state: value || null, after: null })}
        />
      </Group>
      <Asked query={runs}>
        {(page) => (
          <>
            {page.runs.length === 0 ? (
              <Nothing title="No run fits"><Term word="run">Runs</Term> are what <Term word="flow">flows</Term> did about a change: each is found by what it read and wrote.</Nothing>
            ) : (
              <List runs={page.runs} />
            )}
            <Pages first={!after} after={page.after} go={(next) => change({ after: next })} />
          </>
        )}
      </Asked>
    </Stack>
  );
}

function List({ runs }: { runs: RunRow[] }) {
  return (
    <Wide label="Runs, the newest first">
      <Table highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Begun</Table.Th>
            <Table.Th scope="col">Flow</Table.Th>
            <Table.Th scope="col">Record</Table.Th>
            <Table.Th scope="col">State</Table.Th>
            <Table.Th scope="col" className="amount">Money held</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {runs.map((run) => (
            <Table.Tr key={run.id}>
              <Table.Td>
                <Anchor component={Link} href={`/activity/${run.id}`} size="sm">
                  <Moment at={run.started_at} />
                </Anchor>
              </Table.Td>
              <Table.Td>{run.flow ?? "a deleted flow"}</Table.Td>
              <Table.Td>
                {run.kind} …{run.record_id.slice(-8)}
              </Table.Td>
              <Table.Td>
                <RunBadge value={run.state} />
                {run.reason ? (
                  <Text size="xs" lineClamp={2}>
                    {run.reason}
                  </Text>
                ) : null}
              </Table.Td>
              <Table.Td className="amount">
                {run.held_amount !== null && run.held_currency ? (
                  <Money amount={asText(run.held_amount)} currency={run.held_currency} />
                ) : (
                  "–"
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}
