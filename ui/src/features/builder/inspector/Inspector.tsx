import { Stack, Text } from "@mantine/core";
import { memo, useMemo } from "react";
import { keyOf } from "../tree";
import type { FlowProblem, InspectorProps, JsonObject } from "../types";
import { useAroundOf } from "./around";
import { Conditions } from "./Conditions";
import { AroundContext } from "./context";
import { isObject } from "./logic/mapping";
import { kindOf } from "./logic/targets";
import { elsewhere, within } from "./logic/trouble";
import { idsOf, stepOf } from "./logic/visible";
import { useAccountFields } from "./queries";
import { Said } from "./Said";
import { ActionStep, ForEach, Retry, StepName, StopStep, When } from "./Step";
import { Trigger } from "./Trigger";


/** Everything about the trigger, a step or a branch, to be read and changed. */
export default memo(function Inspector(props: InspectorProps) {
  // A place of its own each: what was typed at one is saved when somebody goes to the next.
  return <Placed key={`${props.flow} ${keyOf(props.place)}`} {...props} />;
});

function Placed({ flow, source, target, definition, place, problems, readOnly, tried, onEdit }: InspectorProps) {
  const step = place.kind === "trigger" ? null : stepOf(definition, place.kind === "step" ? place.id : place.step);
  const around = useAroundOf({ flow, source, target, definition, place, step, readOnly, tried });
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
            <StepName step={step} ids={() => idsOf(definition)} edit={onEdit} />
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
