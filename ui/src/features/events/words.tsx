import { Badge } from "@mantine/core";

export const WAYS: Record<string, string> = { webhook: "webhook", poll: "polling", backfill: "backfill", manual: "by hand" };
export const OUTCOMES: Record<string, { color: string; text: string }> = {
  pending: { color: "blue", text: "Waits for its turn" },
  waiting: { color: "blue", text: "Waiting" },
  done: { color: "green", text: "Taken up" },
  nothing: { color: "gray", text: "Nothing to do" },
  dead: { color: "orange", text: "Needs a person" },
};

export function OutcomeBadge({ value }: { value: string }) {
  const look = OUTCOMES[value] ?? { color: "gray", text: value };
  return (
    <Badge color={look.color} variant="light" tt="none" fw={600} className={`tone-${look.color}`}>
      {look.text}
    </Badge>
  );
}

export function shownSize(bytes: number | null): string {
  if (bytes === null) return "–";
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
