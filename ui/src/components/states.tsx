import { Alert, Button, Group, Loader, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Problem } from "../api/client";
import { Advice } from "./Advice";

/** What is shown instead of a page's content while it is asked for, and when it cannot be had. */
export function Asked<T>({
  query,
  children,
}: {
  query: { data: T | undefined; error: unknown; isPending: boolean; failureReason: unknown; refetch: () => unknown };
  children: (data: T) => ReactNode;
}) {
  const trouble = query.error ?? query.failureReason;
  return (
    <Stack gap="md">
      {trouble ? <Failed error={trouble} again={() => void query.refetch()} /> : null}
      {query.data !== undefined ? children(query.data) : query.isPending && !trouble ? <Loading /> : null}
    </Stack>
  );
}

export function Loading() {
  return (
    <Group gap="sm" role="status">
      <Loader size="sm" aria-hidden />
      <Text>Reading …</Text>
    </Group>
  );
}

export function Failed({ error, again }: { error: unknown; again?: () => void }) {
  const problem = error instanceof Problem ? error : null;
  return (
    <Alert role="alert" color={problem?.status === 0 ? "yellow" : "red"} title={problem?.title ?? "It did not work"}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm"><Advice>{error instanceof Error ? error.message : String(error)}</Advice></Text>
        {again ? (
          <Button size="xs" variant="default" onClick={again}>
            Try again now
          </Button>
        ) : null}
      </Stack>
    </Alert>
  );
}

export function Nothing({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Stack gap={4} py="xl" align="center" ta="center">
      <Text fw={600}>{title}</Text>
      {children ? (
        <Text c="dimmed" maw={520}>
          {children}
        </Text>
      ) : null}
    </Stack>
  );
}
