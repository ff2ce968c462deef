import { Badge } from "@mantine/core";

interface Look {
  color: string;
  text: string;
}

const STANDING: Record<string, Look> = {
  agrees: { color: "green", text: "Both sides agree" },
  differs: { color: "red", text: "Sides differ" },
  moving: { color: "blue", text: "On its way" },
  stopped: { color: "orange", text: "Needs a person" },
  one_sided: { color: "gray", text: "Only in HighLevel" },
};
const RUN: Record<string, Look> = {
  done: { color: "green", text: "Done" },
  nothing: { color: "gray", text: "Nothing to do" },
  running: { color: "blue", text: "Running" },
  waiting: { color: "blue", text: "Waiting" },
  dead: { color: "orange", text: "Needs a person" },
  cancelled: { color: "gray", text: "Cancelled" },
};
const VERDICT: Record<string, Look> = {
  confirmed: { color: "green", text: "Proved" },
  unchanged: { color: "green", text: "Was so already" },
  altered: { color: "yellow", text: "Altered by the other side" },
  ignored: { color: "red", text: "Not taken" },
  refused: { color: "red", text: "Refused" },
  in_doubt: { color: "orange", text: "In doubt" },
  answered: { color: "gray", text: "Answered, cannot be read back" },
};
const CLOSE: Record<string, Look> = {
  green: { color: "green", text: "Green: both sides agree" },
  open: { color: "yellow", text: "Open: explained, something is to be done" },
  red: { color: "red", text: "Red: something is unexplained" },
  reopened: { color: "orange", text: "Reopened: changed after it was closed" },
};
const CONNECTION: Record<string, Look> = {
  ok: { color: "green", text: "Works" },
  degraded: { color: "yellow", text: "Hard to reach" },
  reconnect: { color: "red", text: "Reconnect" },
  paused: { color: "gray", text: "Paused" },
};
const BACKFILL: Record<string, Look> = {
  planned: { color: "gray", text: "Planned, not begun" },
  running: { color: "blue", text: "Running" },
  paused: { color: "yellow", text: "Paused" },
  done: { color: "green", text: "Done" },
  cancelled: { color: "gray", text: "Cancelled" },
};

function of(kinds: Record<string, Look>) {
  return function Shown({ value }: { value: string }) {
    const look = kinds[value] ?? { color: "gray", text: value };
    return (
      <Badge color={look.color} variant="light" tt="none" fw={600} className={`tone-${look.color}`}>
        {look.text}
      </Badge>
    );
  };
}

export const StandingBadge = of(STANDING);
export const RunBadge = of(RUN);
export const VerdictBadge = of(VERDICT);
export const CloseBadge = of(CLOSE);
export const ConnectionBadge = of(CONNECTION);
export const BackfillBadge = of(BACKFILL);
