import type { Run } from "../../api/types";
import { endOf, outcomeOf, pathOf, statusWords, type AttemptCalls } from "./exchanges";

export type Tone = "good" | "bad" | "wait" | "plain";

/** Something of a run's history: a moment, or a span of time. */
export interface Moment {
  key: string;
  /** Milliseconds since 1970, as the clock over here has them. */
  from: number;
  to: number;
  title: string;
  detail: string | null;
  tone: Tone;
  /** What happened within a step stands a little to the right. */
  inner: boolean;
}

const VERDICTS: Record<string, string> = {
  confirmed: "holds what was sent",
  unchanged: "held it already",
  altered: "was altered by the other side",
  ignored: "did not take all of it",
  refused: "was refused",
  in_doubt: "could not be found out",
  answered: "was answered and cannot be read back",
};
const ENDS: Record<string, { title: string; tone: Tone }> = {
  done: { title: "Done", tone: "good" },
  nothing: { title: "Ended: nothing was to be done", tone: "plain" },
  dead: { title: "Stopped: a person is needed", tone: "bad" },
  cancelled: { title: "Ended by a person", tone: "plain" },
};
const WAYS: Record<string, string> = { webhook: "by webhook", poll: "by polling", backfill: "by backfill", manual: "by hand", own: "as our own write" };

/** So small a pause between two sendings is none that anybody decided on. */
const PAUSE_MS = 50;

function at(iso: string): number {
  return Date.parse(iso);
}

/** All that is known of when what happened, the earliest first. */
export function timelineOf(run: Run, attempts: AttemptCalls[]): Moment[] {
  const found: Moment[] = [...arrival(run)];
  for (const step of run.steps) {
    // A step that was taken over from another run was not done in this one.
    if (step.state === "kept") continue;
    for (const failed of step.failed_attempts) {
      const end = at(failed.last_at);
      const again = failed.times > 1 ? `, ${failed.times} times since ${new Date(failed.first_at).toISOString().slice(0, 19)} UTC` : "";
      found.push(span(`failed/${step.path}/${failed.attempt}`, end - (failed.took_s ?? 0) * 1000, end, `Step ${step.path} failed${again}`, failed.error, "bad"));
    }
    const end = at(step.finished_at);
    if (step.state === "waiting") found.push(span(`step/${step.path}`, end, end, `Step ${step.path} began to wait`, null, "wait"));
    else if (step.state !== "failed") found.push(span(`step/${step.path}`, end - (step.took_s ?? 0) * 1000, end, `Step ${step.path}`, null, "good"));
  }
  for (const attempt of attempts) found.push(...callsOf(attempt));
  for (const item of run.receipts) {
    const good = item.verdict === "confirmed" || item.verdict === "unchanged";
    found.push({
      ...span(`proof/${item.intent_id}`, at(item.settled_at), at(item.settled_at), `Read again: ${item.kind.replaceAll("_", " ")} ${VERDICTS[item.verdict] ?? item.verdict}`, item.target_id, good ? "good" : "bad"),
      inner: true,
    });
  }
  if (run.state === "waiting" && run.wake_at) found.push(span("wake", at(run.wake_at), at(run.wake_at), "Goes on by itself", null, "wait"));
  const end = ENDS[run.state];
  if (run.finished_at && end) found.push(span("end", at(run.finished_at), at(run.finished_at), end.title, run.reason, end.tone));
  return found.map((item, order) => ({ item, order })).sort((one, other) => one.item.from - other.item.from || one.order - other.order).map(({ item }) => item);
}

function arrival(run: Run): Moment[] {
  const found: Moment[] = [];
  const event = run.event;
  if (event) {
    if (event.happened_at) found.push(span("happened", at(event.happened_at), at(event.happened_at), "It happened over there", null, "plain"));
    if (event.delivery) {
      const came = at(event.delivery.received_at);
      found.push(span("came", came, came, `Came in ${WAYS[event.delivery.source] ?? event.delivery.source}`, null, "plain"));
    }
    const read = at(event.accepted_at);
    const also = event.also_by?.length ? `also ${event.also_by.map((way) => WAYS[way] ?? way).join(", ")}` : null;
    found.push(span("read", read, read, "The record was read, and was found changed", also, "plain"));
  }
  found.push(span("begun", at(run.started_at), at(run.started_at), "The run began", null, "plain"));
  return found;
}

function callsOf(attempt: AttemptCalls): Moment[] {
  return attempt.calls.flatMap((call, number) => {
    const key = `call/${attempt.step}/${attempt.attempt}/${number}`;
    const moments: Moment[] = call.tries.map((one, index) => {
      const from = at(one.at);
      const waited = one.waited_s >= 0.05 ? `waited ${one.waited_s.toFixed(2)} s for the allowance; ` : "";
      const last = index === call.tries.length - 1;
      const outcome = last ? endOf(call) : outcomeOf(one);
      const parts = last && call.refused_parts > 0 ? `, ${call.refused_parts === 1 ? "a part" : `${call.refused_parts} parts`} of it refused` : "";
      return {
        ...span(`${key}/${index}`, from, from + (one.waited_s + one.took_s) * 1000, `${call.method} ${pathOf(call.url)}`, `${waited}${one.problem && one.status === null ? one.problem : statusWords(one.status)}${parts}`, outcome === "ok" ? "plain" : outcome === "asked to wait" ? "wait" : "bad"),
        inner: true,
      };
    });
    const pauses: Moment[] = [];
    for (let index = 1; index < moments.length; index += 1) {
      const before = moments[index - 1]!;
      const after = moments[index]!;
      if (after.from - before.to >= PAUSE_MS) pauses.push({ ...span(`${key}/${index}/pause`, before.to, after.from, "Waited before it was sent again", null, "wait"), inner: true });
    }
    return [...moments, ...pauses];
  });
}

function span(key: string, from: number, to: number, title: string, detail: string | null, tone: Tone): Moment {
  return { key, from, to: Math.max(from, to), title, detail, tone, inner: false };
}

/** The stretch that the bars are drawn in. What happened long before it came in would make all of them too small. */
export function stretchOf(moments: Moment[]): { from: number; to: number } {
  const drawn = moments.filter((item) => item.key !== "happened" && item.key !== "wake");
  const from = Math.min(...drawn.map((item) => item.from));
  return { from, to: Math.max(from + 1, ...drawn.map((item) => item.to)) };
}

/** How long before or after the beginning of the stretch, in words that are short. */
export function shownOffset(ms: number): string {
  const sign = ms < 0 ? "−" : "+";
  const size = Math.abs(ms);
  if (size < 1000) return `${sign}${Math.round(size)} ms`;
  if (size < 90_000) return `${sign}${(size / 1000).toFixed(1)} s`;
  if (size < 5_400_000) return `${sign}${Math.round(size / 60_000)} min`;
  if (size < 172_800_000) return `${sign}${(size / 3_600_000).toFixed(1)} h`;
  return `${sign}${Math.round(size / 86_400_000)} days`;
}

