import { Select, Stack, Text } from "@mantine/core";
import { useCallback, useContext, useMemo, useRef, useState, type ReactNode } from "react";
import { shownMoment, Zone } from "../../../components/moment";
import { useOperation } from "../../catalogue/queries";
import { shared } from "../sharing";
import { keyOf } from "../tree";
import type { InspectorProps, JsonObject } from "../types";
import type { Around, Taker } from "./context";
import { isObject } from "./logic/mapping";
import { flat, sourceOf, type Source } from "./logic/tree";
import { find } from "./logic/values";
import { seenAt, withOwnItems, type Seen } from "./logic/visible";
import { useOutputs, useSamples, type Sample } from "./queries";
import { SourceTree } from "./SourceTree";

/** What is suggested is of the event or of a step not far before. */
const NEAR_STEPS = 10;

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
}: Pick<InspectorProps, "flow" | "definition" | "place" | "readOnly"> & { step: JsonObject | null }): { value: Around; below: ReactNode } {
  const zone = useContext(Zone);
  const trigger = useOperation(definition.trigger);
  const samples = useSamples(flow, definition.trigger);
  const [chosen, setChosen] = useState<string | null>(null);
  const [taker, setTaker] = useState<Taker | null>(null);
  const back = useRef<HTMLElement | null>(null);
  const search = useRef<HTMLInputElement>(null);
  const sample = samples.data?.find((item) => (item.event_id ?? "example") === chosen) ?? samples.data?.[0] ?? null;
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
      if (example !== undefined) steps[one.id] = one.list ? [example] : example;
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
  }, [definition.trigger, outputs, sample, seen, trigger.data]);
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
  const value = useMemo<Around>(
    () => ({ readOnly, memory: `${flow}/${keyOf(place)}`, sources, every, near, scope, eventKind, taker, setTaker, pick }),
    [readOnly, flow, place, sources, every, near, scope, eventKind, taker, pick],
  );
  const below = (
    <Stack gap="xs">
      {samples.data && samples.data.length > 0 ? (
        <Select
          size="xs"
          label="Sample"
          description={
            sample?.fires === false ? "The trigger would not fire on this one." : "Values are of this event; what earlier steps give is their example."
          }
          allowDeselect={false}
          data={samples.data.map((item) => ({ value: item.event_id ?? "example", label: nameOf(item, zone) }))}
          value={sample?.event_id ?? "example"}
          onChange={setChosen}
        />
      ) : (
        <Text size="xs" c="dimmed">
          {samples.isPending
            ? "Looking for a sample …"
            : samples.error
              ? `No sample: ${samples.error.message}`
              : "Nothing of the kind has come in yet, so there are no sample values. They are here with the first event."}
        </Text>
      )}
      <SourceTree search={search} />
    </Stack>
  );
  return { value, below };
}

function nameOf(sample: Sample, zone: string | undefined): string {
  return sample.event_id === null ? "The trigger’s example" : `${sample.type}, …${sample.record_id.slice(-8)}, ${sample.accepted_at ? shownMoment(sample.accepted_at, zone) : ""}`;
}

/** The first item of the list that it is done for, where that is known without computing. */
function itemOf(seen: Seen, scope: JsonObject): unknown {
  const list = isObject(seen.items) ? (typeof seen.items.from === "string" ? find(scope, seen.items.from) : seen.items.value) : seen.items;
  return Array.isArray(list) && isObject(list[0]) && "object" in list[0] ? undefined : Array.isArray(list) ? list[0] : undefined;
}
