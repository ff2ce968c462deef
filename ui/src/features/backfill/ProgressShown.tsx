import { Paper, Progress, Stack, Text, Title } from "@mantine/core";
import { useEffect, useId, useState } from "react";
import { Advice } from "../../components/Advice";
import { shownLength } from "../../components/moment";
import { type Sample, secondsLeft, withSample } from "./timeLeft";
import type { Backfill } from "./types";
import { countsOf, outcomesOf } from "./words";

/** How far a backfill is. */
export function ProgressShown({ item, at }: { item: Backfill; at: number }) {
  const id = useId();
  const { done, total, open } = item.progress;
  const left = useSecondsLeft(item, at);
  const share = item.state === "done" ? 100 : total ? Math.min(100, Math.floor((100 * done) / total)) : 0;
  return (
    <Paper withBorder p="md" component="section" aria-labelledby={id}>
      <Stack gap="xs">
        <Title order={2} size="h5" id={id}>
          How far it is
        </Title>
        <Progress value={share} size="lg" aria-label="Records done" animated={item.state === "running"} color={item.state === "paused" ? "yellow" : undefined} />
        <Text size="sm" data-testid="progress">
          {done.toLocaleString()}
          {item.state !== "done" && total !== null ? ` of ${total.toLocaleString()}` : ""} records done
          {item.state === "running" ? `, ${open.toLocaleString()} in work` : ""}
          {item.state === "running" && left !== null ? `; about ${shownLength(left)} left` : ""}
        </Text>
        {item.state === "running" && !item.driven ? (
          <Text size="sm">The server takes it up in a few seconds.</Text>
        ) : null}
        {item.state === "running" && item.reason ? <Text size="sm">It waits: <Advice>{item.reason}</Advice></Text> : null}
        <Lines label="What it has met" lines={countsOf(item.counts)} />
        <Lines label="What became of it" lines={outcomesOf(item.events)} />
      </Stack>
    </Paper>
  );
}

function Lines({ label, lines }: { label: string; lines: [string, number][] }) {
  if (lines.length === 0) return null;
  return (
    <Text size="sm">
      <b>{label}:</b> {lines.map(([text, count]) => `${count.toLocaleString()} ${text}`).join("; ")}.
    </Text>
  );
}

function useSecondsLeft({ state, progress: { done, total } }: Backfill, at: number): number | null {
  const [samples, setSamples] = useState<Sample[]>([]);
  useEffect(() => {
    setSamples((kept) => (state === "running" ? withSample(kept, { at, done }) : []));
  }, [state, at, done]);
  return secondsLeft(samples, total);
}
