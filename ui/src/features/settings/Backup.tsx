import { Anchor, Button, FileButton, Group, Paper, Stack, Table, Text } from "@mantine/core";
import { Link } from "wouter";
import { call, send } from "../../api/client";
import { useChange } from "../../api/queries";
import { useOwner } from "../../app/me";
import { Confirm } from "../../components/Confirm";
import { Moment } from "../../components/moment";
import { Asked, Failed, Loading, Nothing } from "../../components/states";
import { Term } from "../../components/Term";
import { Wide } from "../../components/Wide";
import { useAbout, useBackups } from "./queries";
import { Restore } from "./Restore";
import { Part, Section } from "./Section";
import { shownSize } from "./size";
import type { Backup, Backups } from "./types";

export function BackupAndRestore() {
  const backups = useBackups();
  const about = useAbout();
  return (
    <Section
      title="Backup and restore"
      note="A backup holds everything in the database: orders, flows, receipts, users. It is made while everything runs."
    >
      <Paper withBorder p="md" role="note">
        <Text size="sm" fw={650}>
          The master key is not in a backup
        </Text>
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          Tokens and passwords of your accounts are encrypted with the <Term word="master key">master key</Term>
          {about.data ? <>, which is in {about.data.master_key}</> : null}. Keep a copy of it, apart from the backups: the two together open your
          accounts, and without it those have to be connected anew.{" "}
          <Anchor component={Link} href="/settings/keys" size="sm">
            More about keys
          </Anchor>
        </Text>
      </Paper>
      <Asked query={backups}>{(found) => <Kept found={found} />}</Asked>
    </Section>
  );
}

function Kept({ found }: { found: Backups }) {
  const owner = useOwner();
  const make = useChange(() => call<Backup>("POST", "/api/backups"));
  const busy = make.isPending || found.making !== null;
  return (
    <>
      {owner ? (
        <Stack gap="xs">
          <Group>
            <Button loading={make.isPending} disabled={busy} onClick={() => make.mutate(undefined)}>
              Make a backup
            </Button>
          </Group>
          {busy ? (
            <Group gap="xs">
              <Loading />
              <Text size="sm">It is finished also if you leave this page, and stands in the list then.</Text>
            </Group>
          ) : null}
          {make.error ? <Failed error={make.error} /> : null}
        </Stack>
      ) : null}
      <Part title="Backups">
        <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
          They are kept on the server in <code>{found.folder}</code>. That does not help when its disk breaks: download them, or copy them
          elsewhere.
        </Text>
        {found.backups.length === 0 ? <Nothing title="No backup was made here yet" /> : <List rows={found.backups} />}
      </Part>
      {owner ? <Upload /> : null}
      <Restore found={found} />
    </>
  );
}

/** Brings a backup here that was downloaded before, or made on another machine. */
function Upload() {
  const bring = useChange(async (file: File) => {
    const answer = await send("POST", `/api/backups/upload?name=${encodeURIComponent(file.name)}`, file, "application/octet-stream");
    return (await answer.json()) as Backup;
  });
  return (
    <Stack gap="xs">
      <Group>
        <FileButton onChange={(file) => (file ? bring.mutate(file) : undefined)} accept=".backup,application/octet-stream">
          {(props) => (
            <Button {...props} variant="default" size="xs" loading={bring.isPending}>
              Upload a backup
            </Button>
          )}
        </FileButton>
        <Text size="xs" c="dimmed">
          It is read to its end before it is kept; nothing is restored by that.
        </Text>
      </Group>
      {bring.error ? <Failed error={bring.error} /> : null}
      {bring.data ? (
        <Text size="sm" role="status">
          {bring.data.name} is whole, and stands in the list.
        </Text>
      ) : null}
    </Stack>
  );
}

function List({ rows }: { rows: Backup[] }) {
  const owner = useOwner();
  const remove = useChange((name: string) => call("DELETE", `/api/backups/${encodeURIComponent(name)}`));
  return (
    <>
      {remove.error ? <Failed error={remove.error} /> : null}
      <Wide stacked label="Backups">
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">File</Table.Th>
              <Table.Th scope="col">Made</Table.Th>
              <Table.Th scope="col" className="amount">Size</Table.Th>
              {owner ? <Table.Th scope="col">Keep or delete</Table.Th> : null}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((item) => (
              <Table.Tr key={item.name}>
                <Table.Td>{item.name}</Table.Td>
                <Table.Td>
                  {item.uploaded ? "uploaded " : ""}
                  <Moment at={item.made_at} />
                </Table.Td>
                <Table.Td className="amount">{shownSize(item.size_bytes)}</Table.Td>
                {owner ? (
                  <Table.Td>
                    <Group gap="xs" wrap="nowrap">
                      <Button
                        component="a"
                        size="xs"
                        variant="default"
                        href={`/api/backups/${encodeURIComponent(item.name)}/file`}
                        download={item.name}
                        aria-label={`Download ${item.name}`}
                      >
                        Download
                      </Button>
                      <Confirm
                        label="Delete"
                        title={`Delete ${item.name}?`}
                        text="The file is deleted from the server and cannot be had back. A copy that you downloaded stays."
                        action="Delete it"
                        onYes={() => remove.mutate(item.name)}
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
