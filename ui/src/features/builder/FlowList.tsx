import { Anchor, Button, Group, Modal, Stack, Table, Text, Title } from "@mantine/core";
import { useMemo, useState } from "react";
import { Link } from "wouter";
import { call } from "../../api/client";
import { useChange } from "../../api/queries";
import { useOwner } from "../../app/me";
import { Confirm } from "../../components/Confirm";
import { Asked, Failed, Nothing } from "../../components/states";
import { Wide } from "../../components/Wide";
import { useOperations } from "../catalogue/queries";
import { Standing } from "./FlowPage";
import { ImportFile } from "./ImportFile";
import { NewFlow } from "./NewFlow";
import { flowPath, useFlows, type FlowRow } from "./queries";
import { titled } from "./words";

export default function FlowList() {
  const owner = useOwner();
  const flows = useFlows();
  const [dialog, setDialog] = useState<"new" | "import" | null>(null);
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1} size="h3">
          Flows
        </Title>
        {owner ? (
          <Group gap="xs">
            <Button size="xs" variant="default" onClick={() => setDialog("import")}>
              Import a file
            </Button>
            <Button size="xs" onClick={() => setDialog("new")}>
              Begin a flow
            </Button>
          </Group>
        ) : null}
      </Group>
      <Text size="sm" c="dimmed">
        A flow says what is done when something changes in one account: it reads, decides, and writes to the other.
      </Text>
      <Asked query={flows}>
        {(rows) =>
          rows.length === 0 ? (
            <Nothing title="There is no flow yet">{owner ? "Begin an empty one, or import a file." : "An owner begins one; it is shown here then."}</Nothing>
          ) : (
            <List rows={rows} owner={owner} />
          )
        }
      </Asked>
      <Modal opened={dialog === "new"} onClose={() => setDialog(null)} title="Begin a flow" size="lg" closeButtonProps={{ "aria-label": "Close" }}>
        <NewFlow taken={flows.data?.map((row) => row.name) ?? []} />
      </Modal>
      <Modal opened={dialog === "import"} onClose={() => setDialog(null)} title="Import a flow’s file" size="lg" closeButtonProps={{ "aria-label": "Close" }}>
        <ImportFile />
      </Modal>
    </Stack>
  );
}

function List({ rows, owner }: { rows: FlowRow[]; owner: boolean }) {
  const operations = useOperations();
  const names = useMemo(() => new Map((operations.data ?? []).map((row) => [row.id, row])), [operations.data]);
  const turn = useChange(({ flow, on }: { flow: string; on: boolean }) => call("POST", `${flowPath(flow)}/${on ? "enable" : "disable"}`));
  const forget = useChange((flow: string) => call("DELETE", `${flowPath(flow)}/draft`));
  const trouble = turn.error ?? forget.error;
  return (
    <>
      {trouble ? <Failed error={trouble} /> : null}
      <Wide stacked label="Flows, by name">
        <Table highlightOnHover>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Flow</Table.Th>
              <Table.Th scope="col">Starts when</Table.Th>
              <Table.Th scope="col">From → to</Table.Th>
              <Table.Th scope="col">State</Table.Th>
              {owner ? <Table.Th scope="col">Change</Table.Th> : null}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={row.id}>
                <Table.Td>
                  <Anchor component={Link} href={`/flows/${encodeURIComponent(row.id)}`} size="sm">
                    {row.title}
                  </Anchor>
                  <Text size="xs" c="dimmed">
                    {row.name}
                    {row.template ? `, from the template ${row.template}` : ""}
                  </Text>
                </Table.Td>
                <Table.Td>{titled(names, row.trigger)}</Table.Td>
                <Table.Td>
                  {row.source} → {row.target}
                </Table.Td>
                <Table.Td>
                  <Standing flow={row} />
                </Table.Td>
                {owner ? (
                  <Table.Td>
                    <Group gap={6} wrap="nowrap">
                      {row.version === null ? null : row.enabled ? (
                        <Confirm
                          label="Switch off"
                          title={`Switch ‘${row.name}’ off?`}
                          text="Changes that come in start it no more until it is switched on again. What it began is finished."
                          action="Switch it off"
                          onYes={() => turn.mutate({ flow: row.id, on: false })}
                        />
                      ) : (
                        <Button size="xs" variant="default" onClick={() => turn.mutate({ flow: row.id, on: true })}>
                          Switch on
                        </Button>
                      )}
                      {row.draft_revision !== null ? (
                        <Confirm
                          label="Delete the draft"
                          title={`Delete the draft of ‘${row.name}’?`}
                          text={row.version === null ? "It was never published: with its draft the whole flow is gone." : `What was changed since version ${row.version} is lost; the published flow stays as it is.`}
                          action="Delete it"
                          onYes={() => forget.mutate(row.id)}
                        />
                      ) : null}
                    </Group>
                  </Table.Td>
                ) : null}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Wide>
    </>
  );
}
