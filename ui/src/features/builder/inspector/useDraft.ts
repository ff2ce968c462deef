import { useCallback, useEffect, useRef, useState } from "react";
import { same } from "./logic/values";

const PAUSE_MS = 700;

/** What somebody types, kept here until a pause or until they go elsewhere; ``save`` gets what differs.
 *
 * It stays as typed until the flow has it, whatever else changes in the flow meanwhile.
 */
export function useDraft<T>(value: T, save: (value: T) => void): { shown: T; set: (value: T) => void; flush: () => void } {
  const [local, setLocal] = useState<{ value: T } | null>(null);
  const pending = useRef<{ value: T } | null>(null);
  const timer = useRef(0);
  const now = useRef({ value, save });
  useEffect(() => {
    now.current = { value, save };
  });
  const flush = useCallback(() => {
    window.clearTimeout(timer.current);
    const waiting = pending.current;
    pending.current = null;
    if (waiting && !same(waiting.value, now.current.value)) now.current.save(waiting.value);
    else if (waiting) setLocal(null);
  }, []);
  const set = useCallback(
    (next: T) => {
      setLocal({ value: next });
      pending.current = { value: next };
      window.clearTimeout(timer.current);
      timer.current = window.setTimeout(flush, PAUSE_MS);
    },
    [flush],
  );
  // The flow has changed: it has what was typed, or somebody took it back.
  const mark = JSON.stringify(value);
  useEffect(() => {
    if (pending.current === null) setLocal(null);
  }, [mark]);
  useEffect(() => flush, [flush]);
  return { shown: local ? local.value : value, set, flush };
}
