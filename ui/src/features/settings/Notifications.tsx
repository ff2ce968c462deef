import { Anchor, Button, Group, PasswordInput, Stack, Table, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { call } from "../../api/client";
import { useChange } from "../../api/queries";
import { useOwner } from "../../app/me";
import { Advice } from "../../components/Advice";
import { Confirm } from "../../components/Confirm";
import { Moment } from "../../components/moment";
import { Asked, Failed, Nothing } from "../../components/states";
import { useUnsaved } from "../../components/unsaved";
import { Wide } from "../../components/Wide";
import { AlertsTo } from "./AlertsTo";
import { useAlerts, useChannels, useMessages } from "./queries";
import { Part, Section } from "./Section";
import type { ChannelRow, MessageRow } from "./types";

export function Notifications() {
  const owner = useOwner();
  const channels = useChannels();
  const messages = useMessages();
  return (
    <Section title="Notifications" note="Messages to your own people: in a chat, by e-mail, on a phone. Customers are never written to from here.">
      <Part title="Channels">
        <Asked query={channels}>
          {(rows) =>
            rows.length === 0 ? (
              <Nothing title="There is no channel">Without one nobody is told of anything; alerts are only shown here.</Nothing>
            ) : (
              <List rows={rows} />
            )
          }
        </Asked>
        {owner ? <Add /> : null}
      </Part>
      <Part title="Alerts">
        <AlertsTo />
        <Raised />
      </Part>
      <Part title="Grouped messages of seven days">
        <Asked query={messages}>
          {(rows) =>
            rows.length === 0 ? (
              <Text size="sm">No flow has gathered lines for a message.</Text>
            ) : (
              <Messages rows={rows} />
            )
          }
        </Asked>
      </Part>
    </Section>
  );
}

function List({ rows }: { rows: ChannelRow[] }) {
  const owner = useOwner();
  const [said, setSaid] = useState("");
  const test = useChange(async (name: string) => {
    setSaid("");
    await call("POST", `/api/channels/${encodeURIComponent(name)}/test`);
    setSaid(`The service took the test message for ‘${name}’. Look whether it has arrived.`);
  });
  const remove = useChange((name: string) => call("DELETE", `/api/channels/${encodeURIComponent(name)}`));
  const error = test.error ?? remove.error;
  return (
    <>
      {error ? <Failed error={error} /> : null}
      {said ? (
        <Text size="sm" role="status">
          {said}
        </Text>
      ) : null}
      <Wide stacked label="Channels">
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Name</Table.Th>
              <Table.Th scope="col">Service</Table.Th>
              <Table.Th scope="col">Used last</Table.Th>
              <Table.Th scope="col" className="amount">Held back</Table.Th>
              {owner ? <Table.Th scope="col">Change</Table.Th> : null}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((channel) => (
              <Table.Tr key={channel.name}>
                <Table.Td>{channel.name}</Table.Td>
                <Table.Td>{channel.service}</Table.Td>
                <Table.Td>{channel.last_sent_at ? <Moment at={channel.last_sent_at} /> : "Never"}</Table.Td>
                <Table.Td className="amount">{channel.held_back}</Table.Td>
                {owner ? (
                  <Table.Td>
                    <Group gap="xs" wrap="nowrap">
                      <Button
                        size="xs"
                        variant="default"
                        loading={test.isPending && test.variables === channel.name}
                        onClick={() => test.mutate(channel.name)}
                      >
                        Send a test
                      </Button>
                      <Confirm
                        label="Remove"
                        title={`Remove the channel ‘${channel.name}’?`}
                        text={<Loss channel={channel} />}
                        action="Remove it"
                        onYes={() => remove.mutate(channel.name)}
                      />
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

/** What a channel's removal does to whom. */
function Loss({ channel }: { channel: ChannelRow }) {
  return (
    <Stack gap="xs">
      <div>Its address is forgotten.</div>
      {channel.flows.length > 0 ? (
        <div>
          These flows send through it, and are held until a channel of this name is there again: <b>{channel.flows.join(", ")}</b>
        </div>
      ) : (
        <div>No published flow names it.</div>
      )}
      {channel.alerts ? <div>Alerts go through it: nobody is told of them any more.</div> : null}
    </Stack>
  );
}

function Add() {
  const [name, setName] = useState("");
  const [url, setUrl] = useState("");
  const add = useChange(async (given: { name: string; url: string }) => {
    await call("POST", "/api/channels", given);
    setName("");
    setUrl("");
  });
  useUnsaved((name !== "" || url !== "") && !add.isPending);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        add.mutate({ name: name.trim(), url: url.trim() });
      }}
    >
      <Stack gap="sm" maw={560}>
        <TextInput
          label="Name of a new channel"
          description="As flows call it, for example ‘team’"
          autoComplete="off"
          required
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <PasswordInput
          label="Apprise URL"
          description={
            <>
              Address and credentials in one, such as <code>slack://…</code> or <code>mailto://…</code>, as{" "}
              <Anchor href="https://github.com/caronc/apprise/wiki" target="_blank" rel="noreferrer" size="xs">
                Apprise
              </Anchor>{" "}
              writes them. It is kept encrypted and never shown again.
            </>
          }
          autoComplete="off"
          required
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
        />
        {add.error ? <Failed error={add.error} /> : null}
        <Group>
          <Button type="submit" loading={add.isPending} disabled={!name.trim() || !url.trim()}>
            Add the channel
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Raised() {
  const alerts = useAlerts();
  return (
    <Asked query={alerts}>
      {(rows) =>
        rows.length === 0 ? (
          <Text size="sm">No alert is raised.</Text>
        ) : (
          <Stack gap="xs" component="ul" m={0} pl="md">
            {rows.map((alert) => (
              <li key={alert.key}>
                <Text size="sm">
                  <b>{alert.title}</b>, since <Moment at={alert.since} />
                </Text>
                <Text size="sm" c="dimmed">
                  <Advice>{alert.text}</Advice>
                </Text>
              </li>
            ))}
          </Stack>
        )
      }
    </Asked>
  );
}

const STATES: Record<string, string> = {
  open: "Gathers lines",
  sending: "Is being sent",
  sent: "Sent",
  refused: "Refused; it is tried again",
  unknown: "May have arrived; it is not sent again",
  dropped: "Given up",
};

function Messages({ rows }: { rows: MessageRow[] }) {
  return (
    <Wide stacked label="Grouped messages">
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Message</Table.Th>
            <Table.Th scope="col">Channel</Table.Th>
            <Table.Th scope="col" className="amount">Lines</Table.Th>
            <Table.Th scope="col">State</Table.Th>
            <Table.Th scope="col">Due</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={`${row.channel} ${row.key} ${row.due_at}`}>
              <Table.Td>{row.title}</Table.Td>
              <Table.Td>{row.channel ?? "removed"}</Table.Td>
              <Table.Td className="amount">{row.entries}</Table.Td>
              <Table.Td>
                {STATES[row.state] ?? row.state}
                {row.reason ? <>: <Advice>{row.reason}</Advice></> : null}
              </Table.Td>
              <Table.Td>
                <Moment at={row.due_at} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}
