import { Select, Stack, Text } from "@mantine/core";
import { useCallback, useContext, useMemo, useRef, useState, type ReactNode } from "react";
import { shownMoment, Zone } from "../../../components/moment";
import type { Origins } from "../../choices/queries";
import { useOperation } from "../../catalogue/queries";
import { shared } from "../sharing";
import type { Trial } from "../queries";
import { keyOf } from "../tree";
import type { InspectorProps, JsonObject } from "../types";
import type { Around, Taker } from "./context";
import { isObject } from "./logic/mapping";
import { flat, sourceOf, type Source } from "./logic/tree";
import { outputOf } from "./logic/tried";
import { find } from "./logic/values";
import { seenAt, withOwnItems, type Seen } from "./logic/visible";
import { useOutputs, useSamples, type Sample } from "./queries";
import { SourceTree } from "./SourceTree";

/** What is suggested is of the event or of a step not far before. */
const NEAR_STEPS = 10;

const NOTHING: JsonObject = {};
const NOTHING_SEEN = { seen: false, output: undefined };

/** The same object as long as it says the same. */
function useKept<T>(value: T): T {
  const kept = useRef(value);
  kept.current = shared(kept.current, value);
  return kept.current;
}

/** What the parts of the inspector know of a place, and the choice of a sample with all that can be taken from it. */
export function useAroundOf({
  flow,
  definition,
  place,
  step,
  readOnly,
  source,
  target,
  tried,
}: Pick<InspectorProps, "flow" | "definition" | "place" | "readOnly" | "source" | "target" | "tried"> & { step: JsonObject | null }): { value: Around; below: ReactNode } {
  const zone = useContext(Zone);
  const trigger = useOperation(definition.trigger);
  const stored = useSamples(flow, definition.trigger);
  const [chosen, setChosen] = useState<string | null>(null);
  // What was tried comes first: of it is known what the steps gave.
  const samples = useMemo<Looked[]>(() => [...(tried?.results ?? []).map(sampleOf), ...(stored.data ?? []).map((one) => ({ ...one, key: one.event_id ?? "example" }))], [tried, stored.data]);
  const [taker, setTaker] = useState<Taker | null>(null);
  const back = useRef<HTMLElement | null>(null);
  const search = useRef<HTMLInputElement>(null);
  const sample = samples.find((item) => item.key === chosen) ?? samples[0] ?? null;
  const result = sample?.result;
  const seen = useKept(
    useMemo(() => {
      const here = seenAt(definition, place);
      return step && place.kind === "step" ? withOwnItems(here, step) : here;
    }, [definition, place, step]),
  );
  const refs = seen.steps.flatMap((one) => (one.action ? [one.action] : []));
  const outputs = useOutputs(refs);
  const eventKind = definition.trigger.split(".")[1] ?? "";
  const { sources, scope } = useMemo(() => {
    const steps: JsonObject = {};
    for (const one of seen.steps) {
      const example = one.action ? outputs[one.action]?.example_output : undefined;
      const gave = result ? outputOf(result, one.id, one.list) : NOTHING_SEEN;
      if (gave.seen) {
        if (gave.output !== undefined) steps[one.id] = gave.output;
      } else if (example !== undefined) steps[one.id] = one.list ? [example] : example;
      else if (one.list) steps[one.id] = [];
    }
    const scope: JsonObject = { ...(sample?.scope ?? { event: {}, before: {} }), steps };
    const item = itemOf(seen, scope);
    if (seen.inLoop) Object.assign(scope, item === undefined ? { number: 1 } : { item, number: 1 });
    const found: Source[] = [];
    if (seen.inLoop)
      found.push(
        sourceOf("item", "item: one of the list", undefined, item),
        sourceOf("number", "number: which of the list it is", { type: "integer" }, 1),
      );
    found.push(sourceOf("event", `event: ${trigger.data?.title ?? definition.trigger}`, trigger.data?.output_schema ?? { type: "object" }, sample?.scope.event));
    for (const one of seen.steps) {
      const output = one.action ? outputs[one.action]?.output_schema : undefined;
      found.push(
        sourceOf(
          `steps.${one.id}`,
          `${one.id}${one.perhaps ? " (perhaps not done)" : ""}`,
          one.list ? { type: "array", ...(output ? { items: output } : {}) } : output,
          steps[one.id],
        ),
      );
    }
    const before = sample?.scope.before;
    if (isObject(before) && Object.keys(before).length > 0) found.push(sourceOf("before", "before the change", undefined, before));
    return { sources: found, scope };
  }, [definition.trigger, outputs, result, sample, seen, trigger.data]);
  const every = useMemo(() => {
    let found: Source[] | undefined;
    return () => (found ??= flat(sources));
  }, [sources]);
  const near = useMemo(() => {
    const steps = sources.filter((one) => one.path.startsWith("steps."));
    const far = new Set(steps.slice(0, -NEAR_STEPS));
    return flat(sources.filter((one) => !far.has(one)));
  }, [sources]);
  const pick = useCallback((next: Taker, from: HTMLElement | null) => {
    back.current = from;
    setTaker({
      label: next.label,
      take: (path) => {
        next.take(path);
        // Back to where somebody was; that button may be gone with what it filled.
        const row = from?.closest<HTMLElement>("[role=group]");
        setTimeout(() => (from?.isConnected ? from : row?.querySelector<HTMLElement>("input:not([readonly])"))?.focus());
      },
    });
    search.current?.focus();
    search.current?.scrollIntoView({ block: "nearest" });
  }, []);
  const from = definition.trigger.split(".")[0];
  // What starts by hand or by the clock belongs to neither system: there nothing says which account is whose.
  const origins = useMemo<Origins>(
    () => (from === "act" ? { act: source, ghl: target } : from === "ghl" ? { ghl: source, act: target } : {}),
    [from, source, target],
  );
  const beside = useKept(isObject(step?.with) ? step.with : NOTHING);
  const value = useMemo<Around>(
    () => ({ readOnly, memory: `${flow}/${keyOf(place)}`, sources, every, near, scope, eventKind, origins, beside, taker, setTaker, pick }),
    [readOnly, flow, place, sources, every, near, scope, eventKind, origins, beside, taker, pick],
  );
  const below = (
    <Stack gap="xs">
      {samples.length > 0 ? (
        <Select
          size="xs"
          label="Sample"
          description={
            sample?.fires === false
              ? "The trigger would not fire on this one."
              : result
                ? "Values are of this event, and of what earlier steps gave when it was tried; of a step that is new since, its example."
                : "Values are of this event; what earlier steps give is their example. Try the flow under ‘Test’ to see what they really give."
          }
          allowDeselect={false}
          data={samples.map((item) => ({ value: item.key, label: nameOf(item, zone) }))}
          value={sample?.key ?? null}
          onChange={setChosen}
        />
      ) : (
        <Text size="xs" c="dimmed">
          {stored.isPending
            ? "Looking for a sample …"
            : stored.error
              ? `No sample: ${stored.error.message}`
              : "Nothing of the kind has come in yet, so there are no sample values. They are here with the first event."}
        </Text>
      )}
      <SourceTree search={search} />
    </Stack>
  );
  return { value, below };
}

/** An event to look at mappings with; ``result`` is there where the flow was tried with it. */
type Looked = Pick<Sample, "event_id" | "record_id" | "type" | "accepted_at" | "fires" | "scope"> & { key: string; result?: Result };
type Result = Trial["results"][number];

function sampleOf(result: Result, number: number): Looked {
  const { event, starts, scope } = result;
  return { key: `tried ${number}`, event_id: event.id, record_id: event.record_id, type: event.type, accepted_at: null, fires: starts, scope, result };
}

function nameOf(sample: Looked, zone: string | undefined): string {
  if (sample.result) return `Tried just now: ${sample.type}, …${sample.record_id.slice(-8)}`;
  return sample.event_id === null ? "The trigger’s example" : `${sample.type}, …${sample.record_id.slice(-8)}, ${sample.accepted_at ? shownMoment(sample.accepted_at, zone) : ""}`;
}

/** The first item of the list that it is done for, where that is known without computing. */
function itemOf(seen: Seen, scope: JsonObject): unknown {
  const list = isObject(seen.items) ? (typeof seen.items.from === "string" ? find(scope, seen.items.from) : seen.items.value) : seen.items;
  return Array.isArray(list) && isObject(list[0]) && "object" in list[0] ? undefined : Array.isArray(list) ? list[0] : undefined;
}
