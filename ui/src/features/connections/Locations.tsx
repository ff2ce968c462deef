import { Anchor, Button, Code, Group, Modal, Stack, Table, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import { useOwner } from "../../app/me";
import { ConnectionBadge } from "../../components/badges";
import { Failed, Nothing } from "../../components/states";
import { Wide } from "../../components/Wide";
import { fitting, useConnectLocations, type Agency, type Location } from "./agencies";
import { pageOf } from "./types";

const MOST = 100;

/** The locations of an agency; hundreds of them are found by a word. */
export function Locations({ agency }: { agency: Agency }) {
  const owner = useOwner();
  const [words, setWords] = useState("");
  const [chosen, choose] = useState<Location | null>(null);
  const found = fitting(agency.locations, words);
  return (
    <Stack gap="xs">
      <TextInput
        type="search"
        label="Find a location"
        description={`${agency.locations.length} are known, ${agency.locations.filter((item) => item.connection !== null).length} are connected`}
        maw={360}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
      />
      {found.length === 0 ? (
        <Nothing title="No location fits">Read the list from HighLevel where it is new there.</Nothing>
      ) : (
        <Wide label={`Locations of ${agency.name}`}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Location</Table.Th>
                <Table.Th scope="col">Id</Table.Th>
                <Table.Th scope="col">The app</Table.Th>
                <Table.Th scope="col">Connection</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {found.slice(0, MOST).map((item) => (
                <Table.Tr key={item.location}>
                  <Table.Td>{item.name || "without a name"}</Table.Td>
                  <Table.Td>
                    <Code>{item.location}</Code>
                  </Table.Td>
                  <Table.Td>{item.installed ? "installed" : "not installed"}</Table.Td>
                  <Table.Td>
                    {item.connection ? (
                      <Group gap="xs" wrap="nowrap">
                        <Anchor component={Link} href={pageOf(item.connection)} size="sm">
                          {item.connection}
                        </Anchor>
                        {item.state ? <ConnectionBadge value={item.state} /> : null}
                      </Group>
                    ) : owner && item.installed ? (
                      <Button size="xs" variant="default" aria-label={`Connect ${item.name || item.location}`} onClick={() => choose(item)}>
                        Connect
                      </Button>
                    ) : (
                      "not connected"
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Wide>
      )}
      {found.length > MOST ? (
        <Text size="sm" c="dimmed">
          The first {MOST} of {found.length}: a word of the name finds the others.
        </Text>
      ) : null}
      <Modal opened={chosen !== null} onClose={() => choose(null)} title="Connect a location" closeButtonProps={{ "aria-label": "Close" }}>
        {chosen ? <Connect agency={agency} location={chosen} close={() => choose(null)} /> : null}
      </Modal>
    </Stack>
  );
}

function Connect({ agency, location, close }: { agency: Agency; location: Location; close: () => void }) {
  const [name, setName] = useState(location.name);
  const connect = useConnectLocations(agency.name);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        connect.mutate({ location: location.location, name: name.trim() }, { onSuccess: close });
      }}
    >
      <Stack>
        <TextInput
          label="Your name for it"
          description="It stands wherever this account is shown."
          required
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {connect.error ? <Failed error={connect.error} /> : null}
        <Group justify="flex-end">
          <Button type="submit" loading={connect.isPending} disabled={!name.trim()}>
            Connect it
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
