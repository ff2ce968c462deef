import { Select, Stack, Text } from "@mantine/core";
import { useCallback, useContext, useMemo, useRef, useState, type ReactNode } from "react";
import { shownMoment, Zone } from "../../../components/moment";
import { useOperation } from "../../catalogue/queries";
import type { FlowProblem, InspectorProps, JsonObject, Place } from "../types";
import { Conditions } from "./Conditions";
import { AroundContext, type Around, type Taker } from "./context";
import { isObject } from "./logic/mapping";
import { kindOf } from "./logic/targets";
import { flat, sourceOf, type Source } from "./logic/tree";
import { elsewhere, within } from "./logic/trouble";
import { find } from "./logic/values";
import { idsOf, seenAt, stepOf, withOwnItems, type Seen } from "./logic/visible";
import { useAccountFields, useOutputs, useSamples, type Sample } from "./queries";
import { Said } from "./Said";
import { SourceTree } from "./SourceTree";
import { ActionStep, ForEach, Retry, StepName, StopStep, When } from "./Step";
import { Trigger } from "./Trigger";

/** What is suggested is of the event or of a step not far before. */
const NEAR_STEPS = 20;

function keyOf(place: Place): string {
  return place.kind === "trigger" ? "trigger" : place.kind === "step" ? `step ${place.id}` : `branch ${place.step} ${place.index}`;
}

/** Everything about the trigger, a step or a branch, to be read and changed. */
export default function Inspector(props: InspectorProps) {
  // A place of its own each: what was typed at one is saved when somebody goes to the next.
  return <Placed key={`${props.flow} ${keyOf(props.place)}`} {...props} />;
}

function Placed({ flow, source, target, definition, place, problems, readOnly, onEdit }: InspectorProps) {
  const step = place.kind === "trigger" ? null : stepOf(definition, place.kind === "step" ? place.id : place.step);
  const around = useAroundOf({ flow, definition, place, step, problems, readOnly });
  const action = typeof step?.action === "string" ? step.action : null;
  const given = isObject(step?.with) ? step.with : {};
  const own = action ? kindOf(action, given) : null;
  const from = definition.trigger.split(".")[0];
  // The trigger's account is the source; what acts on the other system acts on the target.
  const connection = own && own.system === from ? source : target;
  const account = useAccountFields(connection, own?.kind ?? null);
  const fields = useMemo(() => account.data ?? [], [account.data]);
  return (
    <AroundContext value={around.value}>
      <Stack gap="md">
        {place.kind === "trigger" ? (
          <>
            <Trigger definition={definition} problems={problems} edit={onEdit} />
            {around.below}
          </>
        ) : step === null ? (
          <Text>This step is not in the flow any more. Choose another one.</Text>
        ) : place.kind === "branch" ? (
          <>
            <Branch step={step} index={place.index} problems={problems} edit={onEdit} />
            {around.below}
          </>
        ) : (
          <>
            <StepName step={step} ids={idsOf(definition)} edit={onEdit} />
            {"stop" in step ? <StopStep step={step} edit={onEdit} problems={problems} /> : null}
            {action !== null ? (
              <>
                {around.below}
                <ActionStep
                  step={step}
                  edit={onEdit}
                  problems={problems}
                  account={{ fields, error: account.error, again: () => void account.refetch(), name: own ? connection : null }}
                />
              </>
            ) : null}
            {Array.isArray(step.choose) ? (
              <Text size="sm">The first branch whose conditions hold is taken, and none where none does. Choose a branch to see its conditions.</Text>
            ) : null}
            {action === null ? around.below : null}
            {action !== null || "for_each" in step ? <ForEach step={step} edit={onEdit} problems={problems} needed={action === null} /> : null}
            <When step={step} edit={onEdit} problems={problems} />
            {action !== null ? <Retry step={step} edit={onEdit} problems={problems} /> : null}
            {action === null ? <OfStep step={step} problems={problems} /> : null}
          </>
        )}
      </Stack>
    </AroundContext>
  );
}

/** What is wrong with a step as a whole. */
function OfStep({ step: one, problems }: { step: JsonObject; problems: FlowProblem[] }) {
  const place_ = `steps.${String(one.id)}`;
  const all = problems.filter((problem) => problem.place === place_ || problem.place === `${place_}.id`);
  return <Said problems={elsewhere(all, within(problems, `${place_}.stop`))} />;
}

function Branch({ step: one, index, problems, edit }: { step: JsonObject; index: number; problems: FlowProblem[]; edit: InspectorProps["onEdit"] }) {
  const branches = Array.isArray(one.choose) ? one.choose.filter(isObject) : [];
  const branch = branches[index];
  if (!branch) return <Text>This branch is not in the flow any more. Choose another one.</Text>;
  const id = String(one.id);
  const at = `steps.${id}.choose.${index}`;
  return (
    <Stack gap="xs">
      <Text fw={600}>
        Branch {index + 1} of {branches.length}
      </Text>
      <Said problems={problems.filter((problem) => problem.place === at || problem.place === `${at}.steps`)} />
      <Conditions
        title="When this branch is taken"
        none={index === branches.length - 1 ? "Otherwise: whenever no branch before it is." : "Always: no branch after it is ever taken."}
        place={`${at}.when`}
        problems={problems}
        when={Array.isArray(branch.when) ? branch.when.filter(isObject) : []}
        save={(when) => edit([{ edit: "set_branch", step: id, branch: index, when }])}
      />
    </Stack>
  );
}

function useAroundOf({
  flow,
  definition,
  place,
  step,
  problems,
  readOnly,
}: Pick<InspectorProps, "flow" | "definition" | "place" | "problems" | "readOnly"> & { step: JsonObject | null }): { value: Around; below: ReactNode } {
  const zone = useContext(Zone);
  const trigger = useOperation(definition.trigger);
  const samples = useSamples(flow, definition.trigger);
  const [chosen, setChosen] = useState<string | null>(null);
  const [taker, setTaker] = useState<Taker | null>(null);
  const back = useRef<HTMLElement | null>(null);
  const search = useRef<HTMLInputElement>(null);
  const sample = samples.data?.find((item) => (item.event_id ?? "example") === chosen) ?? samples.data?.[0] ?? null;
  const seen = useMemo(() => {
    const here = seenAt(definition, place);
    return step && place.kind === "step" ? withOwnItems(here, step) : here;
  }, [definition, place, step]);
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
  const every = useMemo(() => flat(sources), [sources]);
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
    () => ({ readOnly, problems, memory: `${flow}/${keyOf(place)}`, sources, every, near, scope, eventKind, taker, setTaker, pick }),
    [readOnly, problems, flow, place, sources, every, near, scope, eventKind, taker, pick],
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
