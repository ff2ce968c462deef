import { Paper, Stack, Text, Title } from "@mantine/core";
import type { Pair } from "../../api/types";
import { shownDay } from "../../components/moment";
import { everyDay } from "./days";

const HEIGHT = 90;
const BAR = 16;

export function Trend({ pair }: { pair: Pair }) {
  const last = pair.days.at(-1)?.day;
  if (!last) return null;
  const counts = new Map<string, number>();
  for (const item of pair.days) counts.set(item.day, (counts.get(item.day) ?? 0) + item.orders);
  const days = everyDay(pair.since, last);
  const most = Math.max(1, ...counts.values());
  return (
    <Paper withBorder p="md" component="section">
      <Stack gap="xs">
        <Title order={2} size="h5">
          Orders by day
        </Title>
        <svg
          viewBox={`0 0 ${days.length * BAR} ${HEIGHT}`}
          width="100%"
          height={HEIGHT}
          preserveAspectRatio="none"
          role="img"
          aria-label={`Orders by day, ${shownDay(pair.since)} to ${shownDay(last)}: at most ${most} a day`}
        >
          {days.map((day, place) => {
            const height = ((counts.get(day) ?? 0) / most) * (HEIGHT - 4);
            return (
              <rect
                key={day}
                x={place * BAR + 2}
                y={HEIGHT - height - 1}
                width={BAR - 4}
                height={height + 1}
                fill="var(--mantine-primary-color-filled)"
              >
                <title>{`${shownDay(day)}: ${counts.get(day) ?? 0}`}</title>
              </rect>
            );
          })}
        </svg>
        <Text size="xs" c="dimmed">
          {shownDay(pair.since)} to {shownDay(last)}
        </Text>
      </Stack>
    </Paper>
  );
}
