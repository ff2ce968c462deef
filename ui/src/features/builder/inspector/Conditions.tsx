import { ActionIcon, Button, Group, Paper, SegmentedControl, Select, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import type { FlowProblem, JsonObject } from "../types";
import { useAround } from "./context";
import { ExpressionField } from "./ExpressionField";
import classes from "./inspector.module.css";
import { JsonField } from "./JsonField";
import { Literal } from "./Literal";
import { asking, QUESTION_WORDS, readCondition, writtenCondition, type Condition, type Question } from "./logic/conditions";
import { isObject } from "./logic/mapping";
import { within } from "./logic/trouble";
import { find, shownSample, shownScalar, typed } from "./logic/values";
import { Autocompleted, Choose } from "./Pickers";
import { Said } from "./Said";
import { useDraft } from "./useDraft";

const OF_FIELDS: Question[] = ["equals", "not_equals", "in", "not_in", "present", "is", "above", "below"];

/** Conditions that must all hold. ``place`` is where problems say they are; ``reasons`` whether each says why not. */
export function Conditions({
  title,
  none,
  place,
  problems,
  when,
  reasons = false,
  save,
}: {
  title: string;
  none: string;
  place: string;
  problems: FlowProblem[];
  when: JsonObject[];
  reasons?: boolean;
  save: (when: JsonObject[]) => void;
}) {
  const { readOnly } = useAround();
  const { shown, set, flush } = useDraft(when, save);
  const at = (number: number, value: JsonObject) => set(shown.map((item, other) => (other === number ? value : item)));
  return (
    <Stack gap="xs" component="section" aria-label={title} onBlur={flush}>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      {shown.length === 0 ? (
        <Text size="sm" c="dimmed">
          {none}
        </Text>
      ) : null}
      {shown.map((item, number) => (
        <Paper key={number} className={classes.row} role="group" aria-label={`Condition ${number + 1}`}>
          <Stack gap={6}>
            <Group justify="space-between">
              <Text size="xs" c="dimmed">
                {number === 0 ? "Only if" : "and if"}
              </Text>
              {readOnly ? null : (
                <ActionIcon size="sm" variant="default" aria-label={`Take out condition ${number + 1}`} onClick={() => set(shown.filter((_one, other) => other !== number))}>
                  ×
                </ActionIcon>
              )}
            </Group>
            <OneCondition number={number + 1} place={`${place}.${number}`} given={item} onChange={(value) => at(number, value)} />
            {reasons ? (
              <TextInput
                size="xs"
                label="Reason that is shown where it does not hold"
                readOnly={readOnly}
                value={String(item.reason ?? "")}
                error={item.reason ? undefined : "A reason is needed: people read it at the run."}
                onChange={(event) => at(number, { ...item, reason: event.currentTarget.value })}
              />
            ) : null}
            <Said problems={within(problems, `${place}.${number}`)} />
          </Stack>
        </Paper>
      ))}
      {readOnly ? null : (
        <Button size="compact-sm" variant="default" style={{ alignSelf: "flex-start" }} onClick={() => set([...shown, { from: "", equals: "", ...(reasons ? { reason: "" } : {}) }])}>
          Add a condition
        </Button>
      )}
    </Stack>
  );
}

function OneCondition({ number, place, given, onChange }: { number: number; place: string; given: JsonObject; onChange: (given: JsonObject) => void }) {
  const { readOnly, scope, setTaker } = useAround();
  const read = readCondition(given);
  if (!read) return <JsonField label={`Condition ${number} as JSON`} place={place} value={given} onChange={(value) => isObject(value) && onChange(value)} />;
  const give = (changes: Partial<Condition>) => onChange(writtenCondition({ ...read, ...changes }));
  const label = `condition ${number}`;
  const questions: Question[] = read.source === "expression" ? ["true", ...OF_FIELDS] : OF_FIELDS;
  return (
    <Stack gap={6}>
      <SegmentedControl
        size="xs"
        readOnly={readOnly}
        aria-label={`What condition ${number} asks`}
        data={[
          { value: "from", label: "A field" },
          { value: "expression", label: "Expression" },
        ]}
        value={read.source}
        onChange={(source) => {
          const question: Question = source === "expression" ? read.question : read.question === "true" ? "present" : read.question;
          give({ ...asking(read, question), source: source as Condition["source"], order: [] });
        }}
      />
      {read.source === "from" ? (
        <>
          <Group gap="xs" wrap="nowrap">
            <Autocompleted label={`Field for ${label}`} value={read.main} onChange={(main) => give({ main })} />
            <Choose label={label} take={(main) => give({ main })} />
          </Group>
          {read.main ? (
            <Text size="xs" c="dimmed" className={classes.result}>
              In the sample: {shownSample(find(scope, read.main))}
            </Text>
          ) : null}
        </>
      ) : (
        <ExpressionField label={`Expression of ${label}`} value={read.main} onChange={(main) => give({ main })} onFocus={(take) => setTaker({ label, take })} />
      )}
      <Group gap="xs" align="flex-start" wrap="nowrap">
        <Select
          size="xs"
          w={150}
          aria-label={`Question of ${label}`}
          readOnly={readOnly}
          allowDeselect={false}
          data={questions.map((value) => ({ value, label: QUESTION_WORDS[value] }))}
          value={read.question}
          onChange={(question) => question && onChange(writtenCondition(asking(read, question as Question)))}
        />
        <div style={{ flex: 1, minWidth: 0 }}>
          <Answer label={`Answer of ${label}`} read={read} give={(answer) => give({ answer })} />
        </div>
      </Group>
    </Stack>
  );
}

function Answer({ label, read, give }: { label: string; read: Condition; give: (answer: unknown) => void }) {
  const { readOnly } = useAround();
  switch (read.question) {
    case "true":
      return null;
    case "present":
      return (
        <Select
          size="xs"
          aria-label={label}
          readOnly={readOnly}
          allowDeselect={false}
          data={[
            { value: "true", label: "yes, there is a value" },
            { value: "false", label: "no, there is none" },
          ]}
          value={String(read.answer)}
          onChange={(value) => give(value === "true")}
        />
      );
    case "is":
      return (
        <Select
          size="xs"
          aria-label={label}
          readOnly={readOnly}
          allowDeselect={false}
          data={[
            { value: "missing", label: "it is not there" },
            { value: "null", label: "it is null" },
            { value: "empty", label: "it is an empty text" },
          ]}
          value={String(read.answer)}
          onChange={(value) => value && give(value)}
        />
      );
    case "in":
    case "not_in":
      return <Several label={label} values={read.answer as unknown[]} give={give} />;
    default:
      return <Literal label={label} hidden value={read.answer} onChange={give} />;
  }
}

function Several({ label, values, give }: { label: string; values: unknown[]; give: (values: unknown[]) => void }) {
  const { readOnly } = useAround();
  const [next, setNext] = useState("");
  const add = () => {
    if (next) give([...values, typed(next)]);
    setNext("");
  };
  return (
    <Stack gap={4}>
      <Group gap={4}>
        {values.map((value, number) => (
          <Button
            key={number}
            size="compact-xs"
            variant="default"
            disabled={readOnly}
            aria-label={`Take ${shownScalar(value)} out`}
            onClick={() => give(values.filter((_one, other) => other !== number))}
          >
            {shownScalar(value)} {readOnly ? "" : "×"}
          </Button>
        ))}
        {values.length === 0 ? (
          <Text size="xs" c="dimmed">
            no value yet
          </Text>
        ) : null}
      </Group>
      {readOnly ? null : (
        <TextInput
          size="xs"
          aria-label={label}
          placeholder="a value, then Enter"
          value={next}
          onChange={(event) => setNext(event.currentTarget.value)}
          onKeyDown={(event) => event.key === "Enter" && add()}
          onBlur={add}
        />
      )}
    </Stack>
  );
}
