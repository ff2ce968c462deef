import { Button, Group, Stack, Table, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { call, Problem } from "../../api/client";
import { useChange } from "../../api/queries";
import { useOwner } from "../../app/me";
import { Advice } from "../../components/Advice";
import { Confirm } from "../../components/Confirm";
import { Moment } from "../../components/moment";
import { Asked, Failed } from "../../components/states";
import { Wide } from "../../components/Wide";
import { useWebhooks } from "./queries";
import { pathOf, type Webhooks as Found } from "./types";

/** The webhooks of a self-hosted Act!: what is registered, and registering and removing them. */
export function Webhooks({ name }: { name: string }) {
  const queries = useQueryClient();
  const owner = useOwner();
  const found = useWebhooks(name);
  const change = useChange(async (method: "POST" | "DELETE") => {
    const done = await call<Found>(method, pathOf(name, "/webhooks"), method === "POST" ? {} : undefined);
    queries.setQueryData(["webhooks", name], done);
  });
  // Where there can be none, that is no failure: it is so.
  if (found.error instanceof Problem && found.error.cause_ === "act.no_webhooks")
    return <Text size="sm" className="says"><Advice>{found.error.message}</Advice></Text>;
  return (
    <Asked query={found}>
      {(data) => (
        <Stack gap="sm">
          {data.ours.length === 0 ? (
            <Text size="sm">None is registered: polling finds what changed. With webhooks, a change comes at once.</Text>
          ) : (
            <Wide stacked label="Webhooks in Act!">
              <Table>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th scope="col">Monitor</Table.Th>
                    <Table.Th scope="col">When</Table.Th>
                    <Table.Th scope="col">State</Table.Th>
                    <Table.Th scope="col">Last call</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {data.ours.map((hook) => (
                    <Table.Tr key={hook.id}>
                      <Table.Td>{hook.table ?? hook.monitor}</Table.Td>
                      <Table.Td>{hook.trigger}</Table.Td>
                      <Table.Td>
                        {hook.state === "suspended"
                          ? "suspended by Act!; it is resumed by itself"
                          : hook.failed_attempts > 0
                            ? `${hook.failed_attempts} failed calls`
                            : "active"}
                      </Table.Td>
                      <Table.Td>
                        <Moment at={hook.last_call_at} />
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Wide>
          )}
          {data.others > 0 ? <Text size="sm">{data.others} of other people are there too and are left alone.</Text> : null}
          {change.error ? <Failed error={change.error} /> : null}
          {owner ? (
            <Group>
              <Button size="xs" loading={change.isPending && change.variables === "POST"} onClick={() => change.mutate("POST")}>
                Register what is missing
              </Button>
              {data.ours.length > 0 ? (
                <Confirm
                  label="Remove ours"
                  title="Remove our webhooks from Act!?"
                  text="Act! stops telling us what changed; polling finds it instead, every minute. Other people’s webhooks stay as they are."
                  action="Remove them"
                  onYes={() => change.mutate("DELETE")}
                />
              ) : null}
            </Group>
          ) : null}
        </Stack>
      )}
    </Asked>
  );
}
