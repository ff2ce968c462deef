import { Button, Checkbox, Group, Modal, NativeSelect, Radio, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useLocation } from "wouter";
import { call } from "../../api/client";
import { useChange } from "../../api/queries";
import type { Run } from "../../api/types";
import { Failed } from "../../components/states";

interface Wish {
  from_step?: string;
  version: string;
  send_again: boolean;
}

/** A new run of the same change: from where, in which version, and whether what cannot be proved is sent again. */
export function OnceMore({ run, opened, close }: { run: Run; opened: boolean; close: () => void }) {
  return (
    <Modal opened={opened} onClose={close} title="Do this once more?" closeButtonProps={{ "aria-label": "Close" }}>
      {opened ? <Form run={run} close={close} /> : null}
    </Modal>
  );
}

function Form({ run, close }: { run: Run; close: () => void }) {
  const [, go] = useLocation();
  const [from, setFrom] = useState("");
  const [version, setVersion] = useState("pinned");
  const [again, setAgain] = useState(false);
  const replay = useChange((wish: Wish) => call<{ runs: string[] }>("POST", "/api/runs/replay", { run: run.id, ...wish }));
  // Those within a branch or a list cannot be begun at.
  const steps = [...new Set(run.steps.map((step) => step.path))].filter((path) => /^\w+$/.test(path));
  const start = () =>
    replay.mutate(
      { version, send_again: again, ...(from ? { from_step: from } : {}) },
      {
        onSuccess: ({ runs }) => {
          close();
          if (runs[0]) go(`/activity/${runs[0]}`);
        },
      },
    );
  return (
    <Stack>
      <Text size="sm">A new run of the same change. Each write looks first at what is there, so nothing stands there twice.</Text>
      <NativeSelect
        label="Begin at"
        description="What is before it stays as it was"
        data={[{ value: "", label: "the start" }, ...steps.map((path) => ({ value: path, label: `the step ${path}` }))]}
        value={from}
        onChange={(event) => setFrom(event.currentTarget.value)}
      />
      <Radio.Group label="Version of the flow" value={version} onChange={setVersion}>
        <Stack gap={6} mt={4}>
          <Radio value="pinned" label={`the one that it ran in (${run.flow_version})`} />
          <Radio value="newest" label="the one that was published last" />
        </Stack>
      </Radio.Group>
      <Checkbox
        label="Also send again what cannot be proved"
        description="Messages and calls to web addresses: whoever got one gets it twice."
        checked={again}
        onChange={(event) => setAgain(event.currentTarget.checked)}
      />
      {replay.error ? <Failed error={replay.error} /> : null}
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          No
        </Button>
        <Button loading={replay.isPending} onClick={start}>
          Do it once more
        </Button>
      </Group>
    </Stack>
  );
}
