import { Stack, Text } from "@mantine/core";
import { Advice } from "../../../components/Advice";
import { useOperation } from "../../catalogue/queries";
import { Failed, Loading } from "../../../components/states";
import type { FlowDefinition, FlowProblem, JsonObject } from "../types";
import { Conditions } from "./Conditions";
import { within } from "./logic/trouble";
import { Said } from "./Said";
import { SchemaField } from "./SchemaField";
import { About } from "./Step";
import { useDraft } from "./useDraft";

/** What starts the flow, what it watches, and which of it is meant. */
export function Trigger({ definition, problems, edit }: { definition: FlowDefinition; problems: FlowProblem[]; edit: (edits: JsonObject[]) => void }) {
  const operation = useOperation(definition.trigger);
  const { shown, set, flush } = useDraft<JsonObject>(definition.trigger_with ?? {}, (value) =>
    edit([{ edit: "set_trigger", trigger: definition.trigger, trigger_with: value }]),
  );
  const schema = operation.data?.input_schema;
  const fields = Object.entries(schema?.properties ?? {});
  const listens = operation.data?.listens;
  return (
    <Stack gap="md">
      {operation.data ? <About operation={operation.data} /> : operation.error ? <Failed error={operation.error} again={() => void operation.refetch()} /> : <Loading />}
      {listens ? (
        <Text size="xs" c="dimmed">
          Heard of {listens.webhooks.length > 0 ? `by webhook (${listens.webhooks.join(", ")})` : "without a webhook"}
          {listens.polled ? `; found otherwise: ${listens.polled}` : ""}.
        </Text>
      ) : null}
      <Said problems={within(problems, "trigger")} />
      {fields.length > 0 ? (
        <Stack gap="xs" component="section" aria-label="What it watches" onBlur={flush}>
          <Text size="sm" fw={600}>
            What it watches
          </Text>
          {fields.map(([name, inner]) => (
            <div key={name}>
              <SchemaField
                label={name}
                place={`trigger_with.${name}`}
                schema={inner}
                required={(schema?.required ?? []).includes(name)}
                pick={operation.data?.choices?.[name] ?? null}
                value={shown[name]}
                onChange={(value) => {
                  const next = { ...shown };
                  if (value === undefined) delete next[name];
                  else next[name] = value;
                  set(next);
                }}
              />
              {inner.description && !inner.enum ? (
                <Text size="xs" c="dimmed">
                  <Advice>{inner.description}</Advice>
                </Text>
              ) : null}
              <Said problems={within(problems, `trigger_with.${name}`)} />
            </div>
          ))}
        </Stack>
      ) : null}
      <Said problems={problems.filter((problem) => problem.place === "trigger_with" || problem.place === "the flow" || problem.place === "when")} />
      <Conditions
        title="Filter"
        none="Every event starts a run. With a condition, those for which it does not hold are left out, and say why."
        place="when"
        problems={problems}
        when={definition.when ?? []}
        reasons
        save={(when) => edit([{ edit: "set_filter", when }])}
      />
    </Stack>
  );
}
