import { Anchor, Button, Group, NativeSelect, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import { call } from "../../api/client";
import { useChange } from "../../api/queries";
import { useOwner } from "../../app/me";
import { Asked, Failed } from "../../components/states";
import { Term } from "../../components/Term";
import { useUnsaved } from "../../components/unsaved";
import { useChannels, useTold } from "./queries";
import type { ChannelRow, Told } from "./types";

/** Who is told of alerts, and choosing it. */
export function AlertsTo({ onChosen }: { onChosen?: () => void }) {
  const told = useTold();
  const channels = useChannels();
  return (
    <Asked query={told}>
      {(found) => (
        <Asked query={channels}>
          {(rows) => <Who key={String(found.channel)} told={found} channels={rows} onChosen={onChosen} />}
        </Asked>
      )}
    </Asked>
  );
}

function saidOf(told: Told): string {
  if (!told.decided) return "Nobody has decided yet who is told of alerts. No flow can go live before that.";
  return told.channel ? `Alerts go to ‘${told.channel}’.` : "Nobody is told of alerts; they are only shown.";
}

function Who({ told, channels, onChosen }: { told: Told; channels: ChannelRow[]; onChosen?: (() => void) | undefined }) {
  const owner = useOwner();
  const [chosen, setChosen] = useState(told.channel ?? "");
  const choose = useChange((channel: string) => call("PUT", "/api/alerts/channel", { channel: channel || null }));
  const gone = told.channel !== null && !channels.some((item) => item.name === told.channel);
  useUnsaved(chosen !== (told.channel ?? "") && !choose.isPending);
  return (
    <Stack gap="sm">
      <Text size="sm">
        An <Term word="alert">alert</Term> is raised when something is wrong and lasts. {saidOf(told)}
        {gone ? " That channel is gone: choose another one." : ""}
      </Text>
      {owner ? (
        <Group align="flex-end">
          <NativeSelect
            label="Who is told"
            data={[{ value: "", label: "Nobody, I look at Home" }, ...channels.map((item) => ({ value: item.name, label: item.name }))]}
            value={chosen}
            onChange={(event) => setChosen(event.currentTarget.value)}
          />
          <Button
            loading={choose.isPending}
            disabled={told.decided && chosen === (told.channel ?? "")}
            onClick={() => choose.mutate(chosen, { onSuccess: onChosen })}
          >
            {chosen ? "Send a test and use it" : "Tell nobody"}
          </Button>
          {onChosen ? (
            <Anchor component={Link} href="/settings/notifications" size="sm" pb={8}>
              Add a chat, an e-mail address or a phone
            </Anchor>
          ) : null}
        </Group>
      ) : null}
      {choose.error ? <Failed error={choose.error} /> : null}
    </Stack>
  );
}
