import { Button, Fieldset, Group, NativeSelect, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { createContext, useContext, useState } from "react";
import { decode, encode, numberIn } from "../../../api/exact";
import { Picked } from "../../choices/Picked";
import type { Origins, Pick } from "../../choices/queries";
import type { Schema } from "../types";
import { blank, fieldsOf, put, shapeOf, type Values } from "./shapes";

interface Around {
  /** What is wrong, by the place of the field: ``items.0.price``. */
  wrong: ReadonlyMap<string, string>;
  picks: Record<string, Pick>;
  origins: Origins;
}

const AroundContext = createContext<Around>({ wrong: new Map(), picks: {}, origins: {} });

/** The input of an operation, field by field, as its schema describes it. */
export function InputForm({ schema, value, change, ...around }: Around & { schema: Schema; value: Values; change: (value: Values) => void }) {
  return (
    <AroundContext value={around}>
      <Parts schema={schema} path="" value={value} change={change} />
    </AroundContext>
  );
}

function Parts({ schema, path, value, change }: { schema: Schema; path: string; value: Values; change: (value: Values) => void }) {
  // Where somebody has begun to fill a field it stays where it is.
  const [order] = useState(() => fieldsOf(schema, value));
  const late = fieldsOf(schema, value).first.filter(([name]) => ![...order.first, ...order.more].some(([one]) => one === name));
  const field = ([name, inner]: [string, Schema]) => (
    <Field
      key={name}
      name={name}
      path={path ? `${path}.${name}` : name}
      schema={inner}
      required={(schema.required ?? []).includes(name)}
      value={value[name]}
      beside={value}
      change={(next) => change(put(value, name, next))}
    />
  );
  return (
    <Stack gap="sm">
      {[...order.first, ...late].map(field)}
      {order.more.length > 0 ? (
        <details>
          <summary>
            <Text span size="sm">
              {order.more.length} more {order.more.length === 1 ? "field" : "fields"} that can be given
            </Text>
          </summary>
          <Stack gap="sm" mt="xs">
            {order.more.map(field)}
          </Stack>
        </details>
      ) : null}
      {order.first.length + order.more.length + late.length === 0 ? <Text size="sm">It takes no fields.</Text> : null}
    </Stack>
  );
}

interface Asked {
  name: string;
  path: string;
  schema: Schema;
  required: boolean;
  value: unknown;
  beside: Values;
  change: (value: unknown) => void;
}

function Field(asked: Asked) {
  const { name, path, schema, required, value, beside, change } = asked;
  const { wrong, picks, origins } = useContext(AroundContext);
  const names = { label: name, description: schema.description, required, error: wrong.get(path) };
  const pick = path === name ? picks[name] : undefined;
  switch (shapeOf(schema, value)) {
    case "choice":
      return (
        <NativeSelect
          {...names}
          value={value === undefined ? "" : encode(value)}
          data={[{ value: "", label: "Not given" }, ...(schema.enum ?? []).map((one) => ({ value: encode(one), label: one === null ? "Nothing (null)" : String(one) }))]}
          onChange={(event) => change(event.currentTarget.value === "" ? undefined : decode(event.currentTarget.value))}
        />
      );
    case "yes_no":
      return (
        <NativeSelect
          {...names}
          value={value === undefined || value === null ? "" : String(value)}
          data={[{ value: "", label: "Not given" }, { value: "true", label: "Yes" }, { value: "false", label: "No" }]}
          onChange={(event) => change(event.currentTarget.value === "" ? undefined : event.currentTarget.value === "true")}
        />
      );
    case "number":
      return <NumberField {...asked} />;
    case "day":
      return <TextInput {...names} type="date" value={String(value ?? "")} onChange={(event) => change(event.currentTarget.value || undefined)} />;
    case "text": {
      const of = pick?.of === undefined ? null : beside[pick.of];
      if (pick)
        return (
          <Stack gap={2}>
            <Picked
              label={name}
              description={schema.description}
              required={required}
              pick={pick}
              origins={origins}
              of={typeof of === "string" && of ? of : null}
              value={String(value ?? "")}
              change={(next) => change(next || undefined)}
            />
            <Wrong path={path} />
          </Stack>
        );
      return (
        <TextInput
          {...names}
          placeholder={schema.format === "date-time" ? "such as 2026-01-31T09:00:00Z" : undefined}
          value={String(value ?? "")}
          onChange={(event) => change(event.currentTarget.value || undefined)}
        />
      );
    }
    case "parts":
      return (
        <details open={required || value !== undefined}>
          <summary>
            <Text span size="sm" fw={500}>
              {name}
              {required ? " (needed)" : ""}
            </Text>
          </summary>
          <Fieldset legend={name} variant="filled" mt={4}>
            {schema.description ? (
              <Text size="xs" c="dimmed" mb="xs">
                {schema.description}
              </Text>
            ) : null}
            <Wrong path={path} />
            <Parts schema={schema} path={path} value={(value ?? {}) as Values} change={(next) => change(Object.keys(next).length === 0 && !required ? undefined : next)} />
          </Fieldset>
        </details>
      );
    case "rows":
      return <Rows {...asked} />;
    case "json":
      return <JsonPart {...asked} />;
  }
}

function Wrong({ path }: { path: string }) {
  const said = useContext(AroundContext).wrong.get(path);
  return said ? (
    <Text size="xs" c="light-dark(#a61e1e, #ffa8a8)">
      {said}
    </Text>
  ) : null;
}

/** As it is typed: ``1.50`` stays ``1.50``. */
function NumberField({ name, path, schema, required, value, change }: Asked) {
  const { wrong } = useContext(AroundContext);
  const [text, setText] = useState(value === undefined || value === null ? "" : String(value));
  const meant = numberIn(text.trim().replace(",", "."));
  const unfinished = text.trim() !== "" && meant === null;
  const shown = unfinished || encode(meant ?? undefined) === encode(value ?? undefined) ? text : String(value ?? "");
  return (
    <TextInput
      label={name}
      description={schema.description}
      required={required}
      inputMode="decimal"
      error={unfinished ? "This is not a number yet; what stood here before is kept." : wrong.get(path)}
      value={shown}
      onChange={(event) => {
        const next = event.currentTarget.value;
        setText(next);
        const number = numberIn(next.trim().replace(",", "."));
        if (number !== null || next.trim() === "") change(number ?? undefined);
      }}
    />
  );
}

function Rows({ name, path, schema, required, value, beside, change }: Asked) {
  const rows = Array.isArray(value) ? (value as unknown[]) : [];
  const item = schema.items ?? {};
  return (
    <Fieldset legend={required ? `${name} (needed)` : name}>
      <Stack gap="sm">
        {schema.description ? (
          <Text size="xs" c="dimmed">
            {schema.description}
          </Text>
        ) : null}
        <Wrong path={path} />
        {rows.map((row, at) => (
          <Group key={`${rows.length}/${at}`} align="flex-end" gap="xs" role="group" aria-label={`${name}, row ${at + 1}`}>
            <div style={{ flex: 1, minWidth: 0 }}>
              <Field
                name={`${name} ${at + 1}`}
                path={`${path}.${at}`}
                schema={item}
                required={false}
                value={row}
                beside={beside}
                change={(next) => change(rows.map((one, other) => (other === at ? (next ?? blank(item)) : one)))}
              />
            </div>
            <Button size="xs" variant="default" aria-label={`Remove row ${at + 1} of ${name}`} onClick={() => change(rows.length === 1 && !required ? undefined : rows.filter((_one, other) => other !== at))}>
              Remove
            </Button>
          </Group>
        ))}
        <Group>
          <Button size="xs" variant="default" onClick={() => change([...rows, blank(item)])}>
            Add a row to {name}
          </Button>
        </Group>
      </Stack>
    </Fieldset>
  );
}

/** What no field shows, as it is written. */
function JsonPart({ name, path, schema, required, value, change }: Asked) {
  const { wrong } = useContext(AroundContext);
  const [text, setText] = useState<string | null>(null);
  const [broken, setBroken] = useState(false);
  return (
    <Textarea
      label={`${name}, in JSON`}
      description={schema.description}
      required={required}
      autosize
      minRows={1}
      maxRows={12}
      styles={{ input: { fontFamily: "monospace" } }}
      value={text ?? (value === undefined ? "" : encode(value, 2))}
      error={broken ? "This is not JSON yet; what stood here before is kept." : wrong.get(path)}
      onBlur={() => {
        if (!broken) setText(null);
      }}
      onChange={(event) => {
        const next = event.currentTarget.value;
        setText(next);
        try {
          change(next.trim() === "" ? undefined : decode(next));
          setBroken(false);
        } catch {
          setBroken(true);
        }
      }}
    />
  );
}
