import { Alert, Button, Group, Loader, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { Problem } from "../api/client";
import { Advice } from "./Advice";

/**
 * What is shown instead of a page's content while it is asked for, and when it cannot be had.
 *
 * ``title`` is the heading of a page that otherwise takes it from what is asked for.
 */
export function Asked<T>({
  query,
  title,
  children,
}: {
  title?: string;
  query: { data: T | undefined; error: unknown; isPending: boolean; failureReason: unknown; refetch: () => unknown };
  children: (data: T) => ReactNode;
}) {
  const trouble = query.error ?? query.failureReason;
  return (
    <Stack gap="md">
      {title && query.data === undefined ? (
        <Title order={1} size="h3">
          {title}
        </Title>
      ) : null}
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

const ENDED = "This was not done, because nobody was signed in any more. What you typed is still here: do it once more.";

/** What is asked is asked again by itself; what somebody wanted done is theirs to want again. */
function unanswered(again: boolean): string {
  return again
    ? "The server does not answer. It is tried again by itself; what you typed is still here."
    : "The server does not answer. What you typed is still here: do it once more when it answers again.";
}

export function Failed({ error, again }: { error: unknown; again?: () => void }) {
  const problem = error instanceof Problem ? error : null;
  const text = problem?.status === 0 ? unanswered(again !== undefined) : problem?.status === 401 && !again ? ENDED : null;
  return (
    <Alert role="alert" color={problem?.status === 0 ? "yellow" : "red"} title={problem?.title ?? "It did not work"}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm" className="says" style={{ overflowWrap: "anywhere" }}>
          <Advice>{text ?? (error instanceof Error ? error.message : String(error))}</Advice>
        </Text>
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
        <Text size="sm" c="dimmed" maw={520}>
          {children}
        </Text>
      ) : null}
    </Stack>
  );
}
