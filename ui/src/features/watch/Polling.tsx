import { Alert, Paper, Stack, Table, Text, Title } from "@mantine/core";
import { useOwner } from "../../app/me";
import { Advice } from "../../components/Advice";
import { Confirm } from "../../components/Confirm";
import { Moment } from "../../components/moment";
import { Asked, Failed, Nothing } from "../../components/states";
import { Wide } from "../../components/Wide";
import { shownInterval } from "./lengths";
import { LookNow } from "./LookNow";
import { PaceForm } from "./PaceForm";
import { useConfirmDeleted, usePolling } from "./queries";
import type { Polled } from "./types";

export function Polling() {
  const owner = useOwner();
  const found = usePolling();
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="polling">
      <Stack gap="sm">
        <Title order={2} size="h5" id="polling">
          How often we look, and what that promises
        </Title>
        {owner && found.data?.length ? <LookNow /> : null}
        <Asked query={found}>
          {(rows) =>
            rows.length === 0 ? (
              <Nothing title="Nothing is connected yet">Once an account is connected, its lists are looked at from here.</Nothing>
            ) : (
              rows.map((row) => <OneAccount key={row.connection} row={row} />)
            )
          }
        </Asked>
      </Stack>
    </Paper>
  );
}

function OneAccount({ row }: { row: Polled }) {
  const owner = useOwner();
  return (
    <Stack gap="xs" component="section" aria-label={`Polling of ${row.connection}`}>
      <Title order={3} size="h6">
        {row.connection}
      </Title>
      {row.promises.length === 0 ? null : (
        <Text size="sm">
          About {row.calls_per_day.toLocaleString()} calls a day
          {row.allowed_per_day === null ? "" : `, of ${row.allowed_per_day.toLocaleString()} that polling may use`}.{" "}
          {row.monthly ? "Every record is looked at at least once a month." : ""}
        </Text>
      )}
      <Vanished row={row} />
      {row.notes
        // What vanished is told above, with what can be done about it.
        .filter((note) => !note.includes("poll.rows_hidden"))
        .map((note) => (
          <Alert color="yellow" key={note}>
            <Text size="sm"><Advice>{note}</Advice></Text>
          </Alert>
        ))}
      {row.promises.length === 0 ? <Text size="sm">No flow listens to it yet, so nothing is looked at.</Text> : <Promises row={row} />}
      {owner ? <PaceForm row={row} /> : null}
    </Stack>
  );
}

function Promises({ row }: { row: Polled }) {
  return (
    <Wide stacked label={`What polling of ${row.connection} promises`}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">List</Table.Th>
            <Table.Th scope="col">Promise</Table.Th>
            <Table.Th scope="col">Every</Table.Th>
            <Table.Th scope="col" className="amount">Calls a look</Table.Th>
            <Table.Th scope="col" className="amount">Calls a day</Table.Th>
            <Table.Th scope="col">Looked at last</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {row.promises.map((item) => (
            <Table.Tr key={item.stream + item.age}>
              <Table.Td>{item.stream.replaceAll("_", " ")}</Table.Td>
              <Table.Td miw={220} title={item.why}>
                {item.promise}
              </Table.Td>
              <Table.Td>{shownInterval(item.interval_s)}</Table.Td>
              <Table.Td className="amount">{item.calls_per_look.toLocaleString()}</Table.Td>
              <Table.Td className="amount">{item.calls_per_day.toLocaleString()}</Table.Td>
              <Table.Td>{item.looked_at ? <Moment at={item.looked_at} /> : "not yet"}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}

function Vanished({ row }: { row: Polled }) {
  const owner = useOwner();
  const confirm = useConfirmDeleted(row.connection);
  return (
    <>
      {row.vanished.map((item) => (
        <Alert key={item.stream} color="orange" title={`${item.missing} of ${item.known} known ${item.stream.replaceAll("_", " ")} are not shown to us any more`}>
          <Stack gap="xs" align="flex-start">
            <Text size="sm">
              That is so much at once that none of them is taken as deleted: perhaps our user may not see them any more. Give the user access to them again;
              or, if they were deleted, say so.
            </Text>
            {owner ? (
              <Confirm
                label="They were deleted …"
                title="Take them as deleted?"
                text={`The next look at the list asks for each of the ${item.missing} by its id. Those that are not found then count as deleted, and the flows do on the other side what they do when a record is deleted.`}
                action="They were deleted"
                onYes={() => confirm.mutate(item.stream)}
              />
            ) : null}
          </Stack>
        </Alert>
      ))}
      {confirm.error ? <Failed error={confirm.error} /> : null}
    </>
  );
}
