import { Center, Paper, Stack, Text, Title } from "@mantine/core";
import { useEffect, type ReactNode } from "react";
import { titleOf } from "../../app/arrival";

/** The frame of what is shown before somebody is signed in. */
export function Door({ title, note, children }: { title: string; note: string; children: ReactNode }) {
  useEffect(() => {
    document.title = titleOf(title);
  }, [title]);
  return (
    <Center mih="90vh" p="md" component="main">
      <Paper withBorder p="xl" w="100%" maw={420}>
        <Stack>
          <Text fw={700}>orderbridge</Text>
          <Title order={1} size="h3">
            {title}
          </Title>
          <Text c="dimmed" size="sm">
            {note}
          </Text>
          {children}
        </Stack>
      </Paper>
    </Center>
  );
}
