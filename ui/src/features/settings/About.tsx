import { Anchor, Button, Group, Paper, Table, Text } from "@mantine/core";
import { Advice } from "../../components/Advice";
import { Asked } from "../../components/states";
import { useAbout, usePublicAddress } from "./queries";
import { Part, Section } from "./Section";
import { shownSize } from "./size";

export function AboutHere() {
  const about = useAbout();
  return (
    <Section title="About">
      <Asked query={about}>
        {(found) => (
          <Table variant="vertical" layout="auto">
            <Table.Tbody>
              {[
                ["orderbridge", found.version],
                ["Database", found.database],
                ["Size of the database", shownSize(found.database_bytes)],
                ["PostgreSQL", found.postgresql],
                ["Public address", found.public_url ?? "none is set"],
              ].map(([label, value]) => (
                <Table.Tr key={label}>
                  <Table.Th scope="row">{label}</Table.Th>
                  <Table.Td style={{ overflowWrap: "anywhere" }}>{value}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Asked>
      <Address />
      <Part title="For programs">
        <Text size="sm">
          Everything on these pages can be asked and done by a program too:{" "}
          <Anchor href="/docs" size="sm">
            the HTTP API
          </Anchor>
          .
        </Text>
      </Part>
    </Section>
  );
}

function Address() {
  const address = usePublicAddress();
  return (
    <Part title="Does the public address lead here?">
      <Asked query={address}>
        {(found) => (
          <Paper withBorder p="md">
            <Text size="sm" fw={650}>
              {found.ok === null ? "None is set" : found.ok ? "Yes" : "No"}
            </Text>
            <Text size="sm" style={{ overflowWrap: "anywhere" }}>
              <Advice>{found.message}</Advice>
            </Text>
          </Paper>
        )}
      </Asked>
      <Group>
        <Button size="xs" variant="default" loading={address.isFetching} onClick={() => void address.refetch()}>
          Look again
        </Button>
      </Group>
    </Part>
  );
}
