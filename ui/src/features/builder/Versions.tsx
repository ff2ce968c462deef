import { Button, Group, Modal, Paper, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { call } from "../../api/client";
import { useChange } from "../../api/queries";
import { Confirm } from "../../components/Confirm";
import { Moment } from "../../components/moment";
import { Asked, Failed, Nothing } from "../../components/states";
import { flowPath, readFlow, useDifferences, useVersions, type Flow } from "./queries";

/** What was published, when, by whom and why; each can be compared with what is there now, and gone back to. */
export function Versions({ flow, owner, begun }: { flow: Flow; owner: boolean; begun: (fresh: Flow) => void }) {
  const versions = useVersions(flow.id);
  const [compared, setCompared] = useState<number | null>(null);
  const back = useChange(async (version: number) => {
    await call("POST", `${flowPath(flow.id)}/revert`, { version, replace: true });
    begun(await readFlow(flow.id));
  });
  return (
    <Stack>
      {back.error ? <Failed error={back.error} /> : null}
      <Asked query={versions}>
        {(all) =>
          all.length === 0 ? (
            <Nothing title="Nothing was published yet">Each time the flow is published it is kept here, with who did it and the note.</Nothing>
          ) : (
            [...all]
              .sort((one, other) => other.version - one.version)
              .map((item) => (
                <Paper withBorder p="sm" key={item.version} component="section" aria-label={`Version ${item.version}`}>
                  <Group justify="space-between">
                    <Stack gap={2}>
                      <Text fw={600}>Version {item.version}{item.version === flow.version ? ", in use" : ""}</Text>
                      <Text size="sm" c="dimmed">
                        <Moment at={item.published_at} />
                        {item.published_by ? `, by ${item.published_by}` : ""}
                      </Text>
                      {item.note ? <Text size="sm">{item.note}</Text> : null}
                    </Stack>
                    <Group gap="xs">
                      <Button size="xs" variant="default" onClick={() => setCompared(item.version)}>
                        Compare with now
                      </Button>
                      {owner ? (
                        <Confirm
                          label="Go back to it"
                          title={`Go back to version ${item.version}?`}
                          text={`A draft is made of version ${item.version}${flow.draft ? `, in place of the draft that ${flow.draft.changed_by} changed last: that one is lost` : ""}. Nothing runs differently until you publish it.`}
                          action="Make the draft"
                          onYes={() => back.mutate(item.version)}
                        />
                      ) : null}
                    </Group>
                  </Group>
                </Paper>
              ))
          )
        }
      </Asked>
      <Modal opened={compared !== null} onClose={() => setCompared(null)} size="xl" title={`From version ${compared} to ${flow.draft ? "the draft" : "what is published"}`} closeButtonProps={{ "aria-label": "Close" }}>
        {compared !== null ? <Compared flow={flow} version={compared} /> : null}
      </Modal>
    </Stack>
  );
}

function Compared({ flow, version }: { flow: Flow; version: number }) {
  const found = useDifferences(flow.id, version);
  return <Asked query={found}>{(data) => (data.same ? <Nothing title="They say the same" /> : <Lines text={data.lines} />)}</Asked>;
}

/** Lines of a difference: what came begins with +, what went with −. */
function Lines({ text }: { text: string }) {
  return (
    <pre className="builder-diff" tabIndex={0} aria-label="What is different, line by line">
      {text.split("\n").map((line, index) => (
        <div key={index} className={line.startsWith("+") ? "plus" : line.startsWith("-") ? "minus" : undefined}>
          {line || " "}
        </div>
      ))}
    </pre>
  );
}
