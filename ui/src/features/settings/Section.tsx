import { Code, Group, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { Copy } from "./Copy";

/** One part of the settings: what it is for, and what can be done there. */
export function Section({ title, note, children }: { title: string; note?: ReactNode; children: ReactNode }) {
  return (
    <Stack component="section" aria-label={title}>
      <Title order={2} size="h4">
        {title}
      </Title>
      {note ? (
        <Text size="sm" c="dimmed" component="div">
          {note}
        </Text>
      ) : null}
      {children}
    </Stack>
  );
}

/** A part of a section. */
export function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Stack gap="sm">
      <Title order={3} size="h5">
        {title}
      </Title>
      {children}
    </Stack>
  );
}

/** A command to be typed on the server. */
export function Command({ text }: { text: string }) {
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      <Code block style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap", flex: "0 1 auto" }}>
        {text}
      </Code>
      <Copy value={text} what="the command" />
    </Group>
  );
}
