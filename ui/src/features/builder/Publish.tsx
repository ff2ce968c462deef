import { Alert, Anchor, Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import { call } from "../../api/client";
import { useChange } from "../../api/queries";
import { Failed } from "../../components/states";
import type { DraftKeeper } from "./Drafts";
import type { Drafting } from "./drafting";
import { blocking, Problems } from "./Problems";
import { flowPath, type Published } from "./queries";

/** Freeze the draft as the next version. */
export function Publish({ keeper, state }: { keeper: DraftKeeper; state: Drafting }) {
  const [opened, setOpened] = useState(false);
  const [note, setNote] = useState("");
  const publish = useChange(async () => {
    const done = await call<Published>("POST", `${flowPath(keeper.flow.id)}/publish`, { seen: state.revision, note: note.trim() || null });
    setNote("");
    await keeper.published();
    return done;
  });
  const problems = state.problems ?? [];
  const wrong = blocking(problems);
  const waits = state.queue.length > 0 || state.clash !== null;
  const close = () => {
    setOpened(false);
    publish.reset();
  };
  return (
    <>
      <Button size="sm" disabled={state.revision === null && !waits} onClick={() => setOpened(true)}>
        Publish …
      </Button>
      <Modal opened={opened} onClose={close} title="Publish this flow" size="lg" closeButtonProps={{ "aria-label": "Close" }}>
        {publish.data ? (
          <Done done={publish.data} close={close} />
        ) : (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              publish.mutate(undefined);
            }}
          >
            <Stack>
              <Text size="sm">The draft becomes the flow’s next version: changes that come in from then on are handled by it. What has begun is finished by the version it began with.</Text>
              {problems.length > 0 ? <Problems problems={problems} /> : null}
              {wrong.length > 0 ? (
                <Text size="sm" fw={600}>
                  {wrong.length === 1 ? "One problem has" : `${wrong.length} problems have`} to be mended first.
                </Text>
              ) : null}
              {waits ? <Text size="sm" fw={600}>Not everything is saved yet; it can be published when it is.</Text> : null}
              <Textarea label="Note" description="For the log: what changes, and why." value={note} onChange={(event) => setNote(event.currentTarget.value)} maxLength={1000} autosize minRows={2} data-autofocus />
              {publish.error ? <Failed error={publish.error} /> : null}
              <Group justify="flex-end">
                <Button variant="default" onClick={close}>
                  Not yet
                </Button>
                <Button type="submit" loading={publish.isPending} disabled={waits || wrong.length > 0 || state.revision === null}>
                  Publish it
                </Button>
              </Group>
            </Stack>
          </form>
        )}
      </Modal>
    </>
  );
}

function Done({ done, close }: { done: Published; close: () => void }) {
  return (
    <Stack>
      <Alert color="green" title={done.outcome === "unchanged" ? `Version ${done.version} says the same already` : `Version ${done.version} is published`}>
        <Text size="sm">{done.enabled ? "The flow is on: the next change that fits starts it." : "The flow is off: switch it on when it shall begin."}</Text>
      </Alert>
      {done.warnings.length > 0 ? <Problems problems={done.warnings as never} /> : null}
      <Text size="sm">
        What it does is shown under{" "}
        <Anchor component={Link} href={`/activity?q=${encodeURIComponent(done.name)}`} size="sm">
          Activity
        </Anchor>
        .
      </Text>
      <Group justify="flex-end">
        <Button onClick={close}>Go on</Button>
      </Group>
    </Stack>
  );
}
