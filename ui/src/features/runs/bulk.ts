import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/client";

export type Action = "replay" | "resume" | "cancel";
interface Answer {
  done: string[];
  already: string[];
  refused: { run: string; cause: string; message: string }[];
}
export interface Progress {
  action: Action;
  total: number;
  seen: number;
  done: number;
  already: number;
  /** Why it was not possible, and for how many. */
  refused: Record<string, number>;
  busy: boolean;
  error: unknown;
}

const CHUNK = 25;

/** The message without what differs from run to run, so that equal ones are counted together. */
export function withoutId(message: string): string {
  return message.replace(/\brun [0-9a-f]{8,}\b:?/gi, "this run");
}

/** Do the same for many runs, some at a time, so that it can be seen how far it is. */
export function useBulk() {
  const queries = useQueryClient();
  const [progress, setProgress] = useState<Progress | null>(null);
  async function start(action: Action, ids: string[]): Promise<void> {
    let now: Progress = { action, total: ids.length, seen: 0, done: 0, already: 0, refused: {}, busy: true, error: null };
    setProgress(now);
    try {
      for (let from = 0; from < ids.length; from += CHUNK) {
        const runs = ids.slice(from, from + CHUNK);
        const answer = await call<Answer>("POST", "/api/runs/bulk", { action, runs });
        const refused = { ...now.refused };
        for (const item of answer.refused) refused[withoutId(item.message)] = (refused[withoutId(item.message)] ?? 0) + 1;
        now = { ...now, seen: now.seen + runs.length, done: now.done + answer.done.length, already: now.already + answer.already.length, refused };
        setProgress(now);
      }
      setProgress({ ...now, busy: false });
    } catch (error) {
      setProgress({ ...now, busy: false, error });
    }
    await queries.invalidateQueries({ queryKey: ["live"] });
    await queries.invalidateQueries({ queryKey: ["held"] });
  }
  return { progress, start, close: () => setProgress(null) };
}
