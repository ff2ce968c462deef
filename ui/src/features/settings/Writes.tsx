import { Button, Group, Stack, Text } from "@mantine/core";
import { call } from "../../api/client";
import { useChange } from "../../api/queries";
import { useOwner } from "../../app/me";
import { Confirm } from "../../components/Confirm";
import { Moment } from "../../components/moment";
import { Asked, Failed } from "../../components/states";
import { usePause } from "./queries";
import { Section } from "./Section";
import type { Pause } from "./types";

export function Writes() {
  const pause = usePause();
  return (
    <Section
      title="Writes"
      note="The brake for everything: no flow writes anything to any account while it is pulled. What comes in is taken and waits, and is written once after that."
    >
      <Asked query={pause}>{(found) => <Brake found={found} />}</Asked>
    </Section>
  );
}

function Brake({ found }: { found: Pause }) {
  const owner = useOwner();
  const change = useChange((path: string) => call("POST", path));
  return (
    <Stack>
      <Text fw={600} role="status">
        {found.writes_paused ? "All writes are paused" : "Writes go on"}
        {found.by ? `, by ${found.by}` : ""}
        {found.since ? (
          <>
            , since <Moment at={found.since} />
          </>
        ) : null}
        .
      </Text>
      {owner ? (
        <Group>
          {found.writes_paused ? (
            <Button loading={change.isPending} onClick={() => change.mutate("/api/resume")}>
              Let writes go on
            </Button>
          ) : (
            <Confirm
              label="Pause all writes"
              title="Pause all writes?"
              text="Within two seconds nothing is written to HighLevel or Act! any more, by any flow. What comes in is kept; both sides drift apart until you let writes go on."
              action="Pause all writes"
              onYes={() => change.mutate("/api/pause")}
            />
          )}
        </Group>
      ) : null}
      {change.error ? <Failed error={change.error} /> : null}
    </Stack>
  );
}
