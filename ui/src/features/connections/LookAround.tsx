import { Button, Group, Stack, Table, Text } from "@mantine/core";
import { call } from "../../api/client";
import { useChange } from "../../api/queries";
import { Advice } from "../../components/Advice";
import { Moment } from "../../components/moment";
import { Failed } from "../../components/states";
import { Wide } from "../../components/Wide";
import { pathOf, type Discovered } from "./types";

/** Looks around in an Act! database when somebody asks: it costs calls. */
export function LookAround({ name }: { name: string }) {
  // Afterwards the sales processes that can be chosen are asked anew.
  const look = useChange(() => call<Discovered>("GET", pathOf(name, "/discover")));
  return (
    <Stack gap="sm">
      <Group>
        <Button size="xs" variant="default" loading={look.isPending} onClick={() => look.mutate(undefined)}>
          Look around
        </Button>
        <Text size="xs" c="dimmed" role="status">
          {look.isPending
            ? "Looking; on Act! Cloud, whose allowance of calls is small, this can take a minute …"
            : "Reads version, permissions, fields, tables, sales processes and users; changes nothing."}
        </Text>
      </Group>
      {look.error ? <Failed error={look.error} /> : null}
      {look.data ? <Found found={look.data} /> : null}
    </Stack>
  );
}

function Found({ found }: { found: Discovered }) {
  return (
    <>
      <Wide label="What the database has">
        <Table>
          <Table.Tbody>
            {rows(found).map(([what, value]) => (
              <Table.Tr key={what}>
                <Table.Th scope="row" style={{ verticalAlign: "top" }}>
                  {what}
                </Table.Th>
                <Table.Td>{value}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Wide>
      {found.notes.map((note) => (
        <Text size="sm" key={note}>
          Not read: <Advice>{note}</Advice>
        </Text>
      ))}
      <Text size="xs" c="dimmed">
        Seen <Moment at={found.at} />
      </Text>
    </>
  );
}

function rows(found: Discovered): [string, string][] {
  const names = (items: string[]) => items.join(", ") || "none";
  return [
    ["Address", `${found.address.url} (${found.address.described})`],
    ["Web API", `${found.system.api_version ?? "unknown version"}, culture ${found.system.culture ?? "unknown"}`],
    ["User", `${found.user.display_name ?? found.user.user_name ?? "unknown"}, role ${found.user.role ?? "unknown"}`],
    ...found.permissions.map((item): [string, string] => [`Permission ${item.permission}`, held(item)]),
    ...Object.entries(found.fields).map(([kind, items]): [string, string] => [
      `Own fields of ${kind}`,
      names(items.map((item) => `${item.label} (${item.type})`)),
    ]),
    ["Custom tables", names(found.tables.map((item) => `${item.label} (${item.fields.length} fields)`))],
    ...found.processes.map((item): [string, string] => [`Process ${item.name}`, names(item.stages.map((stage) => stage.name))]),
    ["History types", names(found.history_types.map((item) => item.name))],
    ["Task types", names(found.task_types.map((item) => item.name))],
    ["Users", names(found.users.map((item) => item.display_name))],
    ["Webhooks", found.webhooks.offered ? "offered" : (found.webhooks.why ?? "not offered")],
  ];
}

function held(item: Discovered["permissions"][number]): string {
  if (item.held === null) return "cannot be told";
  if (item.held) return "yes";
  return `${item.needed === "always" ? "MISSING" : "no"}: ${item.without}`;
}
