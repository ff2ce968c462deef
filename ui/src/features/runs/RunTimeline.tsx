import { Button, Paper, Text, Title, VisuallyHidden } from "@mantine/core";
import { useMemo, useState } from "react";
import type { Run } from "../../api/types";
import { Advice } from "../../components/Advice";
import { Moment as At } from "../../components/moment";
import type { AttemptCalls } from "./exchanges";
import { shownOffset, stretchOf, timelineOf, type Moment, type Tone } from "./timeline";

/** So many are drawn at once; a step that pages through a long list makes more. */
const AT_ONCE = 100;
const MARKS: Record<Tone, string> = { good: "✓", bad: "✕", wait: "…", plain: "•" };
const SAID: Record<Tone, string> = { good: "", bad: "failed: ", wait: "waited: ", plain: "" };

/** When what happened: a list that can be read, with bars beside it that can be seen. */
export function RunTimeline({ run, attempts }: { run: Run; attempts: AttemptCalls[] }) {
  const moments = useMemo(() => timelineOf(run, attempts), [run, attempts]);
  const [all, showAll] = useState(false);
  const stretch = stretchOf(moments);
  const shown = all ? moments : moments.slice(0, AT_ONCE);
  return (
    <Paper withBorder p="sm" component="section" aria-labelledby="timeline">
      <Title order={2} size="h5" id="timeline" mb="xs">
        Timeline
      </Title>
      <ol className="times">
        {shown.map((item) => (
          <OneMoment key={item.key} item={item} from={stretch.from} length={stretch.to - stretch.from} />
        ))}
      </ol>
      {shown.length < moments.length ? (
        <Button size="xs" variant="default" mt="xs" onClick={() => showAll(true)}>
          Show all {moments.length.toLocaleString()}
        </Button>
      ) : null}
    </Paper>
  );
}

function OneMoment({ item, from, length }: { item: Moment; from: number; length: number }) {
  const percent = (ms: number) => Math.min(100, Math.max(0, (100 * (ms - from)) / length));
  const left = percent(item.from);
  return (
    <li className={item.inner ? "time time-inner" : "time"}>
      <span className="time-when" title={new Date(item.from).toISOString()}>
        {shownOffset(item.from - from)}
      </span>
      <span className="time-what">
        <span aria-hidden className={`time-mark time-${item.tone}`}>
          {MARKS[item.tone]}
        </span>{" "}
        {SAID[item.tone] ? <VisuallyHidden>{SAID[item.tone]}</VisuallyHidden> : null}
        {item.title}
        {item.to - item.from >= 1 ? <Text span size="xs" c="dimmed"> {shownOffset(item.to - item.from).slice(1)}</Text> : null}
        {item.detail ? (
          <Text size="xs" c="dimmed" lineClamp={2}>
            <Advice>{item.detail}</Advice>
          </Text>
        ) : null}
        {item.key === "begun" || item.key === "end" ? (
          <Text size="xs" c="dimmed">
            <At at={new Date(item.from).toISOString()} />
          </Text>
        ) : null}
      </span>
      <span aria-hidden className="time-track">
        <span className={`time-bar time-${item.tone}`} style={{ left: `min(${left}%, calc(100% - 3px))`, width: `max(3px, ${percent(item.to) - left}%)` }} />
      </span>
    </li>
  );
}
