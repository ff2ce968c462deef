import { Alert, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useUnsaved } from "../../components/unsaved";
import { Copy } from "./Copy";

/** A secret that is shown this once. */
export function Once({ title, label, value, note, done }: { title: string; label: string; value: string; note: string; done: () => void }) {
  useUnsaved(true, `The ${label.toLowerCase()} cannot be shown again. Leave the page without having kept it?`);
  return (
    <Alert color="sea" title={title} role="status">
      <Stack gap="sm">
        <Text size="sm">{note}</Text>
        <Group align="flex-end" gap="xs">
          <TextInput
            label={label}
            value={value}
            readOnly
            flex={1}
            miw={220}
            onFocus={(event) => event.currentTarget.select()}
            styles={{ input: { fontFamily: "monospace" } }}
          />
          <Copy value={value} what={`the ${label.toLowerCase()}`} />
        </Group>
        <Group>
          <Button size="xs" onClick={done}>
            I have kept it
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
