import { useEffect, useRef, useState } from "react";
import { decode, encode } from "../../../api/exact";
import { CodeField } from "./CodeField";
import { useAround } from "./context";
import { same } from "./logic/values";
import { readYaml } from "./queries";

const PAUSE_MS = 400;

/** Texts that mean nothing yet, by their place: they are there again when somebody comes back. */
const unfinished = new Map<string, string>();

/** What somebody typed, and what it stands for; null while nobody knows. */
interface Typed {
  text: string;
  meant: { value: unknown } | null;
  /** Why it stands for nothing. */
  wrong: string | null;
}

function asJson(text: string): { value: unknown } | null {
  try {
    return { value: decode(text) };
  } catch {
    return null;
  }
}

/** Whether a text may be YAML: what begins like JSON is JSON that is not finished, and one word is no object yet. */
function mayBeYaml(text: string): boolean {
  return !/^\s*[[{"]/.test(text) && /^\s*(-\s|[^\s#].*:(\s|$))/m.test(text);
}

/** A value that no form shows, as it is written, in JSON or in YAML. */
export function JsonField({ label, place, value, onChange }: { label: string; place: string; value: unknown; onChange: (value: unknown) => void }) {
  const { readOnly, memory } = useAround();
  const key = `${memory}/${place}`;
  const [typed, setTyped] = useState<Typed | null>(() => {
    const before = unfinished.get(key);
    return before === undefined ? null : { text: before, meant: null, wrong: null };
  });
  const latest = useRef(onChange);
  useEffect(() => {
    latest.current = onChange;
  });
  const asked = typed !== null && typed.meant === null && typed.wrong === null ? typed.text : null;
  useEffect(() => {
    if (asked === null) return;
    let over = false;
    const settle = (found: Omit<Typed, "text">) => {
      if (!over) setTyped((now) => (now?.text === asked ? { text: asked, ...found } : now));
    };
    const timer = setTimeout(() => {
      if (!mayBeYaml(asked)) return settle({ meant: null, wrong: "" });
      readYaml(asked).then(
        (meant) => {
          if (over) return;
          unfinished.delete(key);
          settle({ meant: { value: meant }, wrong: null });
          latest.current(meant);
        },
        (error: unknown) => settle({ meant: null, wrong: error instanceof Error ? error.message : String(error) }),
      );
    }, PAUSE_MS);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [asked, key]);
  // Its own layout stays while it says the same as the flow.
  const own = typed !== null && (typed.meant === null || same(typed.meant.value, value));
  return (
    <CodeField
      label={label}
      description="In JSON or YAML."
      json
      value={own ? typed.text : value === undefined ? "" : encode(value, 2)}
      readOnly={readOnly}
      error={own && typed.wrong !== null ? `This is not JSON yet, and no YAML${typed.wrong ? `: ${typed.wrong}` : ""}. What you typed stays here; the flow keeps the value from before.` : undefined}
      onChange={(next) => {
        if (own && next === typed.text) return;
        if (!own && next === (value === undefined ? "" : encode(value, 2))) return;
        const meant = asJson(next);
        setTyped({ text: next, meant, wrong: null });
        if (meant) {
          unfinished.delete(key);
          onChange(meant.value);
        } else unfinished.set(key, next);
      }}
    />
  );
}
