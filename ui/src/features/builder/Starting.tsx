import { Button, Group, JsonInput, Paper, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/client";
import { useChange } from "../../api/queries";
import { Confirm } from "../../components/Confirm";
import { Failed } from "../../components/states";
import { Once } from "../settings/Once";
import { flowPath, type Flow } from "./queries";

/** For a flow that no account's change starts: a person starts it here, or a program by its address. */
export function Starting({ flow }: { flow: Flow }) {
  const trigger = flow.version === null || !flow.enabled ? "" : (flow.definition?.trigger ?? "");
  if (trigger.startsWith("core.manual.started@")) return <ByHand flow={flow} />;
  if (trigger.startsWith("core.webhook.received@")) return <ByProgram flow={flow} />;
  return null;
}

function ByHand({ flow }: { flow: Flow }) {
  const [text, setText] = useState("{}");
  const start = useChange((input: unknown) => call("POST", `${flowPath(flow.name)}/start`, { input }));
  const wrong = problemIn(text);
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="starting">
      <Stack gap="sm">
        <Title order={2} size="h5" id="starting">
          Start it
        </Title>
        <JsonInput
          label="What it is given, in JSON"
          description="The flow finds it as event.input"
          autosize
          minRows={2}
          value={text}
          error={wrong}
          onChange={setText}
        />
        {start.error ? <Failed error={start.error} /> : null}
        <Group>
          <Button size="xs" disabled={wrong !== null} loading={start.isPending} onClick={() => start.mutate(JSON.parse(text))}>
            Start it now
          </Button>
          {start.isSuccess ? (
            <Text size="sm" role="status">
              It is started; its run stands under Activity.
            </Text>
          ) : null}
        </Group>
      </Stack>
    </Paper>
  );
}

function ByProgram({ flow }: { flow: Flow }) {
  const path = `${flowPath(flow.name)}/hook`;
  const known = useQuery({ queryKey: ["live", "hook", flow.id], queryFn: () => call<{ exists: boolean }>("GET", path) });
  const make = useChange((replace: boolean) => call<{ url: string }>("POST", path, { replace }));
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="starting">
      <Stack gap="sm">
        <Title order={2} size="h5" id="starting">
          Its address for other programs
        </Title>
        {make.data ? (
          <Once
            title="Keep this address now"
            label="Address"
            value={make.data.url}
            note="Whoever knows it can start the flow. It cannot be shown again."
            done={() => make.reset()}
          />
        ) : known.data?.exists ? (
          <Group>
            <Text size="sm">It has one, which was shown when it was made.</Text>
            <Confirm
              label="Make another address …"
              title={`Another address for ‘${flow.name}’?`}
              text="The address before is not answered any more: whoever calls it has to be given the new one."
              action="Make another"
              onYes={() => make.mutate(true)}
            />
          </Group>
        ) : (
          <Group>
            <Button size="xs" loading={make.isPending} onClick={() => make.mutate(false)}>
              Make an address
            </Button>
            <Text size="xs" c="dimmed">
              A program starts the flow with a POST of JSON to it.
            </Text>
          </Group>
        )}
        {make.error ? <Failed error={make.error} /> : null}
      </Stack>
    </Paper>
  );
}

function problemIn(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch {
    return "This is no JSON yet.";
  }
}
