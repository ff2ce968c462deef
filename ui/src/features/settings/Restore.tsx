import { Alert, Button, Group, List, NativeSelect, Paper, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { call } from "../../api/client";
import { useChange } from "../../api/queries";
import { useOwner } from "../../app/me";
import { Advice } from "../../components/Advice";
import { Confirm } from "../../components/Confirm";
import { Moment } from "../../components/moment";
import { Failed, Loading } from "../../components/states";
import { Term } from "../../components/Term";
import { Command, Part } from "./Section";
import type { Backup, BackupChecked, Backups } from "./types";

/** Chooses a backup, shows what it would replace, and lets the next start do it: a running server cannot be restored. */
export function Restore({ found }: { found: Backups }) {
  const owner = useOwner();
  return (
    <Part title="Restore">
      <Text size="sm">
        A restore replaces everything, these users and this page’s session included, and nothing else may use the database meanwhile. So it is ordered
        here and done by the next start of the server, before anything else. It succeeds whole or changes nothing, and what is there now is backed up
        first.
      </Text>
      {found.restored ? <Last found={found} /> : null}
      {found.ordered ? <Ordered ordered={found.ordered} /> : owner && found.backups.length > 0 ? <Choose backups={found.backups} /> : null}
      <details>
        <summary>On the server’s command line instead</summary>
        <Stack gap="xs" mt="xs">
          <Text size="sm">Stop the server, run this, and start it again:</Text>
          <Command text={`orderbridge db restore ${quoted(found.backups[0]?.path ?? "FILE")}`} />
          <Text size="sm" c="dimmed">
            {found.backups.length > 0 ? "This is the newest of the backups above." : "FILE is the path of a backup."}
          </Text>
        </Stack>
      </details>
    </Part>
  );
}

function Last({ found }: { found: Backups }) {
  const last = found.restored;
  if (!last) return null;
  return (
    <Alert color={last.ok ? "green" : "orange"} title={last.ok ? "The last restore succeeded" : "The last restore changed nothing"}>
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        <Moment at={last.at} />: <Advice>{last.message}</Advice>
        {last.kept ? `. What was there before is kept as ${last.kept}.` : "."}
      </Text>
      {last.ok ? (
        <Text size="sm">
          Every record is looked up in Act! before it is created from now on, so that nothing stands there twice. Let everything be looked at again under
          Nothing missed; a <Term word="reconciliation">reconciliation</Term> then shows what differs.
        </Text>
      ) : null}
    </Alert>
  );
}

function Ordered({ ordered }: { ordered: NonNullable<Backups["ordered"]> }) {
  const owner = useOwner();
  const withdraw = useChange(() => call("DELETE", "/api/backups/restore/ordered"));
  return (
    <Alert color="orange" role="status" title={`The next start restores ${ordered.name}`}>
      <Stack gap="sm" align="flex-start">
        <Text size="sm">
          Ordered by {ordered.by}, <Moment at={ordered.at} />. Until then everything goes on as it is. To do it now:
        </Text>
        <List type="ordered" size="sm">
          <List.Item>Stop the server: close its window or press Ctrl-C there, or stop its service.</List.Item>
          <List.Item>Start it again, as you always do.</List.Item>
          <List.Item>Open this page and sign in, as a user who was there when the backup was made.</List.Item>
        </List>
        {withdraw.error ? <Failed error={withdraw.error} /> : null}
        {owner ? (
          <Button size="xs" variant="default" loading={withdraw.isPending} onClick={() => withdraw.mutate(undefined)}>
            Do not restore it
          </Button>
        ) : null}
      </Stack>
    </Alert>
  );
}

function Choose({ backups }: { backups: Backup[] }) {
  const [picked, pick] = useState("");
  // One that was deleted meanwhile is no choice any more.
  const chosen = backups.find((item) => item.name === picked) ?? backups[0];
  const check = useChange((name: string) => call<BackupChecked>("POST", `/api/backups/${encodeURIComponent(name)}/check`));
  if (!chosen) return null;
  const checked = check.data?.name === chosen.name ? check.data : null;
  return (
    <Stack gap="sm">
      <Group align="flex-end">
        <NativeSelect
          label="Backup to restore"
          data={backups.map((item) => item.name)}
          value={chosen.name}
          onChange={(event) => pick(event.currentTarget.value)}
        />
        <Button variant="default" loading={check.isPending} onClick={() => check.mutate(chosen.name)}>
          See what it would replace
        </Button>
      </Group>
      {check.isPending ? (
        <Group gap="xs">
          <Loading />
          <Text size="sm">The backup is read to its end.</Text>
        </Group>
      ) : null}
      {check.error ? <Failed error={check.error} /> : null}
      {checked ? <Checked checked={checked} backup={chosen} /> : null}
    </Stack>
  );
}

function Checked({ checked, backup }: { checked: BackupChecked; backup: Backup }) {
  const order = useChange(() => call("POST", `/api/backups/${encodeURIComponent(backup.name)}/restore`));
  const lost = checked.replaces;
  return (
    <Paper withBorder p="md" component="section" aria-label={`What ${backup.name} would replace`}>
      <Stack gap="sm" align="flex-start">
        <Text size="sm">
          {backup.name} is whole.{" "}
          {lost === null ? (
            "When it was made is not known: everything that is here now is replaced by what it holds."
          ) : (
            <>
              It holds what was here <Moment at={backup.made_at} />. Gone from here would be what came since:{" "}
              <b>
                {lost.deliveries.toLocaleString()} {lost.deliveries === 1 ? "change" : "changes"} that came in, and {lost.runs.toLocaleString()}{" "}
                {lost.runs === 1 ? "run" : "runs"}
              </b>
              , and all settings, users and connections as they are now.
            </>
          )}{" "}
          What was written to Act! and HighLevel stays there.
        </Text>
        {checked.why_not ? (
          <Alert color="red" title="It cannot be restored here">
            <Text size="sm">
              <Advice>{checked.why_not}</Advice>
            </Text>
          </Alert>
        ) : (
          <Confirm
            label="Restore it at the next start …"
            title={`Let the next start restore ${backup.name}?`}
            text="Everything in the database is replaced by what the backup holds. What is there then is backed up first. Until the server is stopped and started again, you can withdraw this."
            action="Restore it at the next start"
            onYes={() => order.mutate(undefined)}
          />
        )}
        {order.error ? <Failed error={order.error} /> : null}
      </Stack>
    </Paper>
  );
}

function quoted(path: string): string {
  return /^[\w./:\\-]+$/.test(path) ? path : `"${path}"`;
}
