import { Alert, Badge, Button, Checkbox, Group, NumberInput, Select, Stack, Switch, Text, TextInput, Textarea } from "@mantine/core";
import { memo, useMemo, useState } from "react";
import { Advice } from "../../../components/Advice";
import { useOperation } from "../../catalogue/queries";
import type { Effect, Operation } from "../../catalogue/types";
import { Failed, Loading } from "../../../components/states";
import type { FlowProblem, JsonObject } from "../types";
import { Conditions } from "./Conditions";
import { useAround } from "./context";
import { FieldRow } from "./FieldRow";
import { isObject } from "./logic/mapping";
import { suggestion } from "./logic/suggest";
import { targetsOf, type AccountField, type Target } from "./logic/targets";
import { elsewhere, ofField, within } from "./logic/trouble";
import { Said } from "./Said";
import { useDraft } from "./useDraft";
import { ValueEditor } from "./ValueEditor";

export const EFFECT_WORDS: Record<Effect, string> = {
  reads: "Reads",
  writes: "Writes",
  messages_people: "Messages people",
  moves_money: "Moves money",
  deletes: "Deletes",
  adds_choices: "Adds choices",
};
const CONSENT: [Effect, string, string][] = [
  ["messages_people", "It may message people", "E-mails or texts go out to real people in this step."],
  ["moves_money", "It may move money", "Money is charged, recorded as paid, or given back in this step."],
  ["deletes", "It may delete", "Records over there are gone after this step."],
  ["adds_choices", "It may add choices", "A value that a drop-down list in Act! lacks is added to that list."],
];

const NO_FIELDS: JsonObject = {};

export interface StepProps {
  step: JsonObject;
  /** Of all steps; asked for only while a name is being changed. */
  ids: () => string[];
  edit: (edits: JsonObject[]) => void;
}

/** A step's id, which others find its output under. */
export function StepName({ step, ids, edit }: StepProps) {
  const { readOnly } = useAround();
  const id = String(step.id);
  const [name, setName] = useState(id);
  const wrong =
    name === id
      ? null
      : !/^[a-z][a-z0-9_]*$/.test(name)
        ? "A name begins with a small letter, and has small letters, digits and _ only."
        : ids().includes(name)
          ? "Another step has this name."
          : null;
  const save = () => {
    if (name !== id && !wrong) edit([{ edit: "rename_step", step: id, to: name }]);
  };
  return (
    <TextInput
      size="xs"
      label="Name of the step"
      description="Later steps find what it gives under this name; it is changed there too."
      readOnly={readOnly}
      value={name}
      error={wrong}
      onChange={(event) => setName(event.currentTarget.value)}
      onBlur={save}
      onKeyDown={(event) => event.key === "Enter" && save()}
    />
  );
}

function usesAdd(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(usesAdd);
  return isObject(value) && (value.unmapped === "add" || Object.values(value).some(usesAdd));
}

export function About({ operation }: { operation: Operation }) {
  return (
    <Stack gap={4}>
      <Text fw={600}>{operation.title}</Text>
      <Text size="sm"><Advice>{operation.description}</Advice></Text>
      <Group gap={4}>
        {operation.effects.map((effect) => (
          <Badge
            key={effect}
            size="sm"
            tt="none"
            variant="light"
            color={effect === "reads" ? "gray" : effect === "writes" ? "blue" : "orange"}
            className={effect === "reads" ? "tone-gray" : effect === "writes" ? "tone-blue" : "tone-orange"}
          >
            {EFFECT_WORDS[effect] ?? effect}
          </Badge>
        ))}
      </Group>
      {operation.denied ? (
        <Alert color="red" title="This cannot be used in a flow">
          {operation.denied}
        </Alert>
      ) : null}
    </Stack>
  );
}

/** An action: what it permits, and where each of its fields comes from. */
export function ActionStep({
  step,
  edit,
  account,
  problems,
}: {
  step: JsonObject;
  edit: (edits: JsonObject[]) => void;
  account: { fields: AccountField[]; error: unknown; again: () => void; name: string | null };
  problems: FlowProblem[];
}) {
  const operation = useOperation(String(step.action));
  const id = String(step.id);
  const place = `steps.${id}`;
  const given = isObject(step.with) ? step.with : NO_FIELDS;
  const schema = operation.data?.input_schema;
  const names = Object.keys(given).join("\n");
  const picks = operation.data?.choices;
  const targets = useMemo(() => targetsOf(schema ?? {}, account.fields, names.split("\n").filter(Boolean), picks), [schema, account.fields, names, picks]);
  if (operation.data === undefined)
    return operation.error ? <Failed error={operation.error} again={() => void operation.refetch()} /> : <Loading />;
  const filled = targets.filter((target) => Object.hasOwn(given, target.name) || target.required);
  const others = targets.filter((target) => !filled.includes(target));
  const ofFields = targets.flatMap((target) => ofField(problems, place, target.name));
  const here = within(problems, place).filter((problem) => !/^steps\.[^.]+\.(when|for_each|retry|allow)(\.|$)/.test(problem.place));
  const row = (target: (typeof targets)[number]) => (
    <Row key={target.name} id={id} target={target} value={given[target.name]} problems={ofField(problems, place, target.name)} edit={edit} />
  );
  return (
    <Stack gap="sm">
      <About operation={operation.data} />
      <Said problems={elsewhere(here, ofFields)} />
      <Consents step={step} operation={operation.data} edit={edit} problems={within(problems, `${place}.allow`)} />
      {account.error ? (
        <Alert color="yellow" title={`The own fields of ${account.name} could not be read`}>
          <Stack gap="xs" align="flex-start">
            <Text size="sm"><Advice>{account.error instanceof Error ? account.error.message : String(account.error)}</Advice> What is filled already stays.</Text>
            <Button size="compact-xs" variant="default" onClick={account.again}>
              Read them again
            </Button>
          </Stack>
        </Alert>
      ) : null}
      <Stack gap="xs" component="section" aria-label="Fields of the action">
        <Text size="sm" fw={600}>
          What goes into it
        </Text>
        {filled.length === 0 && others.length === 0 ? (
          <Text size="sm" c="dimmed">
            This action takes no fields.
          </Text>
        ) : null}
        {filled.map(row)}
        {others.length > 0 ? (
          <>
            <Text size="sm" fw={600} mt="xs">
              Can be filled too
            </Text>
            {others.map(row)}
          </>
        ) : null}
      </Stack>
    </Stack>
  );
}

interface RowProps {
  id: string;
  target: Target;
  value: unknown;
  problems: FlowProblem[];
  edit: (edits: JsonObject[]) => void;
}

/** An action may have fifty fields: only those are drawn again of which something is new. */
const Row = memo(
  OneRow,
  (before, after) =>
    before.id === after.id && before.target === after.target && before.edit === after.edit && before.value === after.value &&
    before.problems.length === after.problems.length && before.problems.every((problem, number) => problem === after.problems[number]),
);

function OneRow({ id, target, value, problems, edit }: RowProps) {
  const { near, eventKind } = useAround();
  const open = value === undefined;
  const suggested = useMemo(
    () => (open ? suggestion(target.name, target.type, near, eventKind) : null),
    [open, target.name, target.type, near, eventKind],
  );
  return (
    <FieldRow
      step={id}
      target={target}
      value={value}
      problems={problems}
      suggested={suggested}
      save={(next) =>
        edit([next === undefined ? { edit: "unset_field", step: id, field: target.name } : { edit: "set_field", step: id, field: target.name, value: next }])
      }
    />
  );
}

function Consents({ step, operation, edit, problems }: { step: JsonObject; operation: Operation; edit: (edits: JsonObject[]) => void; problems: FlowProblem[] }) {
  const { readOnly } = useAround();
  const allowed = Array.isArray(step.allow) ? (step.allow as string[]) : [];
  const can = new Set<string>([...operation.effects, ...Object.values(operation.effects_by_input ?? {}).flat().map(String), ...allowed]);
  if (usesAdd(step.with)) can.add("adds_choices");
  const offered = CONSENT.filter(([effect]) => can.has(effect));
  if (offered.length === 0) return null;
  return (
    <Stack gap={6} component="section" aria-label="What the step may do">
      <Text size="sm" fw={600}>
        What you allow it to do
      </Text>
      {offered.map(([effect, words, meaning]) => (
        <Checkbox
          key={effect}
          size="sm"
          label={words}
          description={`${meaning} Without this nothing of the kind happens.`}
          disabled={readOnly}
          checked={allowed.includes(effect)}
          onChange={(event) => {
            const next = event.currentTarget.checked ? [...allowed, effect] : allowed.filter((one) => one !== effect);
            edit([{ edit: "set_option", step: String(step.id), option: "allow", value: next.length > 0 ? next : null }]);
          }}
        />
      ))}
      <Said problems={problems} />
    </Stack>
  );
}

/** Conditions, the list that it is done for, and how often it is tried: what steps have beside their fields. */
export function When({ step, edit, problems }: { step: JsonObject; edit: (edits: JsonObject[]) => void; problems: FlowProblem[] }) {
  const id = String(step.id);
  return (
    <Conditions
      title="When it is done"
      none="Always. With a condition it is left out unless that holds."
      place={`steps.${id}.when`}
      problems={problems}
      when={Array.isArray(step.when) ? step.when.filter(isObject) : []}
      save={(when) => edit([{ edit: "set_option", step: id, option: "when", value: when.length > 0 ? when : null }])}
    />
  );
}

export function ForEach({ step, edit, problems, needed }: { step: JsonObject; edit: (edits: JsonObject[]) => void; problems: FlowProblem[]; needed: boolean }) {
  const { readOnly } = useAround();
  const id = String(step.id);
  const save = (value: unknown) => edit([{ edit: "set_option", step: id, option: "for_each", value: value ?? null }]);
  const { shown, set, flush } = useDraft<unknown>(step.for_each ?? undefined, save);
  return (
    <Stack gap={6} component="section" aria-label="List" onBlur={flush}>
      {needed ? (
        <Text size="sm" fw={600}>
          For each of this list
        </Text>
      ) : (
        <Switch
          size="sm"
          label="Do it once for each item of a list"
          disabled={readOnly}
          checked={shown !== undefined}
          onChange={(event) => set(event.currentTarget.checked ? { from: "" } : undefined)}
        />
      )}
      {shown !== undefined || needed ? (
        <>
          <ValueEditor
            label="the list"
            place={`steps.${id}.for_each`}
            value={shown}
            onChange={set}
            optional={shown === undefined}
            kinds={["from", "expression", "list", "json"]}
          />
          <Text size="xs" c="dimmed">
            Within it, ‘item’ is the one that it is done for, and ‘number’ counts from 1.
          </Text>
        </>
      ) : null}
      <Said problems={within(problems, `steps.${id}.for_each`)} />
    </Stack>
  );
}

export function Retry({ step, edit, problems }: { step: JsonObject; edit: (edits: JsonObject[]) => void; problems: FlowProblem[] }) {
  const { readOnly } = useAround();
  const id = String(step.id);
  const { shown, set, flush } = useDraft<JsonObject | undefined>(isObject(step.retry) ? step.retry : undefined, (value) =>
    edit([{ edit: "set_option", step: id, option: "retry", value: value ?? null }]),
  );
  return (
    <Stack gap={6} component="section" aria-label="Trying again" onBlur={flush}>
      <Switch
        size="sm"
        label="Try it again before a person is asked"
        description="For errors that a person would have to look at. An account that is away is tried again by itself anyway."
        disabled={readOnly}
        checked={shown !== undefined}
        onChange={(event) => set(event.currentTarget.checked ? { attempts: 3, pause_s: 60 } : undefined)}
      />
      {shown ? (
        <Group gap="xs" align="flex-end">
          <NumberInput
            size="xs"
            w={130}
            label="Tries, all together"
            min={1}
            max={50}
            allowDecimal={false}
            readOnly={readOnly}
            value={Number(shown.attempts)}
            onChange={(value) => value !== "" && set({ ...shown, attempts: Number(value) })}
          />
          <NumberInput
            size="xs"
            w={160}
            label="First pause, in seconds"
            min={0}
            max={86_400}
            readOnly={readOnly}
            value={Number(shown.pause_s ?? 60)}
            onChange={(value) => value !== "" && set({ ...shown, pause_s: Number(value) })}
          />
          <Text size="xs" c="dimmed">
            Each later pause is twice the one before, up to a day.
          </Text>
        </Group>
      ) : null}
      <Said problems={within(problems, `steps.${id}.retry`)} />
    </Stack>
  );
}

export function StopStep({ step, edit, problems }: { step: JsonObject; edit: (edits: JsonObject[]) => void; problems: FlowProblem[] }) {
  const { readOnly, setTaker } = useAround();
  const id = String(step.id);
  const { shown, set, flush } = useDraft(String(step.stop ?? ""), (value) => edit([{ edit: "set_option", step: id, option: "stop", value }]));
  return (
    <Stack gap="xs" onBlur={flush}>
      <Text size="sm">The run ends here, and says why.</Text>
      <Textarea
        size="xs"
        autosize
        minRows={2}
        label="Reason"
        description="{event.id} stands for that field."
        readOnly={readOnly}
        value={shown}
        onFocus={() => setTaker({ label: "Reason", take: (path) => set(`${shown}{${path}}`) })}
        onChange={(event) => set(event.currentTarget.value)}
        error={shown ? undefined : "A reason is needed: people read it at the run."}
      />
      <Select
        size="xs"
        label="It ends as"
        readOnly={readOnly}
        allowDeselect={false}
        data={[
          { value: "nothing", label: "nothing to do" },
          { value: "held", label: "held: a person has to look at it" },
        ]}
        value={String(step.as ?? "nothing")}
        onChange={(value) => value && edit([{ edit: "set_option", step: id, option: "as", value: value === "nothing" ? null : value }])}
      />
      <Said problems={[...within(problems, `steps.${id}.stop`), ...within(problems, `steps.${id}.as`)]} />
    </Stack>
  );
}
