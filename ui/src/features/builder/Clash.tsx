import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { Json } from "../../components/Json";
import { Failed } from "../../components/states";
import { differences } from "./differences";
import type { DraftKeeper } from "./Drafts";
import type { Drafting } from "./drafting";

/** Somebody else changed the draft: what they did, and what to do about it. Nothing is lost before a person chooses. */
export function ClashShown({ keeper, state }: { keeper: DraftKeeper; state: Drafting }) {
  const [busy, setBusy] = useState(false);
  const { clash } = state;
  if (!clash) return null;
  const theirs = differences(state.base, clash.definition);
  const put = async () => {
    setBusy(true);
    await keeper.putMine();
    setBusy(false);
  };
  return (
    <Alert role="alert" color="orange" title={`${clash.by ?? "Somebody"} changed this flow meanwhile`}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">
          What you did is still here, and is not saved: {state.queue.map((item) => item.says).join("; ")}. Choose which edition goes on.
        </Text>
        {state.trouble ? <Failed error={state.trouble} /> : null}
        <Text size="sm" fw={600}>
          {theirs.length === 0 ? "The other’s edition says the same as the one that you began with." : "What the other changed:"}
        </Text>
        {theirs.map((item) => (
          <details key={item.place}>
            <summary>
              <Text span size="sm">
                {item.place}: {item.kind}
              </Text>
            </summary>
            <Json value={{ before: item.before, after: item.after }} label={`What changed in ${item.place}`} />
          </details>
        ))}
        <Group>
          <Button size="xs" variant="default" disabled={busy} onClick={() => keeper.takeTheirs()}>
            Take theirs; forget what I did
          </Button>
          <Button size="xs" loading={busy} onClick={() => void put()}>
            Put mine over it
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
