import { Button, Group, Paper, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { isCut } from "../../components/Json";
import type { Step } from "../../api/types";
import { problemIn } from "./input";

/** The input of a failed step as JSON, to be corrected and tried. */
export function EditInput({
  step,
  busy,
  onCancel,
  onGo,
}: {
  step: Step | undefined;
  busy: boolean;
  onCancel: () => void;
  onGo: (input: unknown) => void;
}) {
  const [text, setText] = useState(() => JSON.stringify(step?.input ?? {}, null, 2));
  const wrong = problemIn(text);
  if (isCut(step?.input)) {
    return (
      <Paper withBorder p="sm">
        <Stack gap="xs" align="flex-start">
          <Text size="sm">
            This input has {step.input.characters.toLocaleString()} characters, too many to be edited here. Put the corrected input into a
            file, and give it on the server: orderbridge runs resume with --input @file.json.
          </Text>
          <Button size="xs" variant="default" onClick={onCancel}>
            Leave it as it was
          </Button>
        </Stack>
      </Paper>
    );
  }
  return (
    <Paper withBorder p="sm">
      <Stack gap="xs">
        <Text size="sm">
          {step ? `What step ‘${step.path}’ gets instead of the flow's input.` : "What the failed step gets."} The flow itself is not
          changed.
        </Text>
        <Textarea
          label="Input, in JSON"
          autosize
          minRows={6}
          maxRows={24}
          value={text}
          error={wrong}
          onChange={(event) => setText(event.currentTarget.value)}
          styles={{ input: { fontFamily: "monospace" } }}
        />
        <Group gap="xs">
          <Button size="xs" disabled={wrong !== null} loading={busy} onClick={() => onGo(JSON.parse(text))}>
            Go on with this
          </Button>
          <Button size="xs" variant="default" onClick={onCancel}>
            Leave it as it was
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}
