import { Button, Fieldset, Group, JsonInput, NativeSelect, SimpleGrid, Stack, Switch, Text, TextInput } from "@mantine/core";
import { createContext, useContext, useMemo, useState, type ReactNode } from "react";
import { decode, encode, Exact } from "../../api/exact";
import { Advice } from "../../components/Advice";
import { Picked } from "../choices/Picked";
import type { Origins } from "../choices/queries";
import type { Schema } from "../catalogue/types";
import { columns, isNullable, kindOf, number, parts, pickOf, words, type Values } from "./settings";
import type { Accounts, Setting } from "./types";

/** A template's settings, each asked for by its JSON Schema. */
export function SettingsForm({ settings, values, change, accounts }: { settings: Setting[]; values: Values; change: (values: Values) => void; accounts: Partial<Accounts> }) {
  const around = useMemo(() => ({ origins: { ghl: accounts.highlevel, act: accounts.act }, values }), [accounts.highlevel, accounts.act, values]);
  if (settings.length === 0) return <Text size="sm">There is nothing to decide.</Text>;
  return (
    <Around value={around}>
      <Stack gap="md">
        {settings.map((item) => (
          <Field
            key={item.name}
            label={item.title}
            description={item.description ? <Advice>{item.description}</Advice> : undefined}
            required={item.required}
            example={item.example}
            schema={item.schema}
            value={values[item.name]}
            change={(value) => change({ ...values, [item.name]: value })}
          />
        ))}
      </Stack>
    </Around>
  );
}

/** The accounts to pick from, and what is decided so far: a price is picked among those of the chosen product. */
const Around = createContext<{ origins: Origins; values: Values }>({ origins: {}, values: {} });

interface Asked {
  label: string;
  description?: ReactNode;
  required?: boolean;
  example?: unknown;
  schema: Schema;
  value: unknown;
  change: (value: unknown) => void;
}

function Field(asked: Asked) {
  const { label, description, required, example, schema, value, change } = asked;
  switch (kindOf(schema)) {
    case "choice":
      return (
        <NativeSelect
          label={label}
          description={description}
          required={required}
          value={value === null || value === undefined ? "" : String(value)}
          onChange={(event) => change(schema.enum?.find((item) => String(item ?? "") === event.currentTarget.value))}
          data={choices(schema, value)}
        />
      );
    case "yes_no":
      return <Switch label={label} description={description} checked={value === true} onChange={(event) => change(event.currentTarget.checked)} />;
    case "text":
      if (pickOf(schema) !== null) return <FromAccount {...asked} />;
      return (
        <TextInput
          label={label}
          description={description}
          required={required}
          placeholder={typeof example === "string" && !value ? `such as ${example}` : undefined}
          value={value === null || value === undefined ? "" : String(value)}
          onChange={(event) => change(event.currentTarget.value === "" && isNullable(schema) ? null : event.currentTarget.value)}
        />
      );
    case "number":
      return (
        <TextInput
          label={label}
          description={description}
          required={required}
          inputMode="decimal"
          value={value === null || value === undefined ? "" : String(value)}
          onChange={(event) => change(number(event.currentTarget.value))}
        />
      );
    case "list":
      return <List {...asked} />;
    case "rows":
      return <Rows {...asked} />;
    case "parts":
      return (
        <Fieldset legend={label}>
          <Stack gap="xs">
            {description ? <Text size="sm" c="dimmed">{description}</Text> : null}
            <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
              {parts(schema, asObject(value)).map((part) => (
                <Field
                  key={part.name}
                  label={words(part.name)}
                  schema={part.schema}
                  value={asObject(value)[part.name]}
                  change={(next) => change({ ...asObject(value), [part.name]: next })}
                />
              ))}
            </SimpleGrid>
          </Stack>
        </Fieldset>
      );
    default:
      return <Free {...asked} />;
  }
}

function FromAccount({ label, description, required = false, example, schema, value, change }: Asked) {
  const { origins, values } = useContext(Around);
  const pick = pickOf(schema)!;
  const of = pick.of === undefined ? null : values[pick.of];
  return (
    <Picked
      label={label}
      description={description}
      required={required}
      placeholder={typeof example === "string" && !value ? `such as ${example}` : undefined}
      pick={pick}
      origins={origins}
      of={typeof of === "string" && of ? of : null}
      value={value === null || value === undefined ? "" : String(value)}
      change={(next) => change(next === "" && isNullable(schema) ? null : next)}
    />
  );
}

function choices(schema: Schema, value: unknown) {
  const given = (schema.enum ?? []).map((item) => (item === null ? { value: "", label: "As it is" } : { value: String(item), label: words(String(item)) }));
  const isOpen = value === undefined && !given.some((item) => item.value === "");
  return isOpen ? [{ value: "", label: "Not chosen" }, ...given] : given;
}

function asObject(value: unknown): Values {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Exact) ? (value as Values) : {};
}

function List({ label, description, required, example, value, change }: Asked) {
  const given = Array.isArray(value) ? value.map(String) : [];
  // A comma that was just typed is still there while the next word is thought of.
  const [text, setText] = useState(given.join(", "));
  return (
    <TextInput
      label={label}
      description={<>{description} Separate several with commas.</>}
      required={required}
      placeholder={Array.isArray(example) ? `such as ${example.join(", ")}` : undefined}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        change(event.currentTarget.value.split(",").map((item) => item.trim()).filter(Boolean));
      }}
    />
  );
}

function Rows({ label, description, schema, value, change }: Asked) {
  const rows = Array.isArray(value) ? value.map(asObject) : [];
  const cells = columns(schema.items ?? {});
  const blank: Values = Object.fromEntries(cells.filter((cell) => schema.items?.required?.includes(cell.name)).map((cell) => [cell.name, kindOf(cell.schema) === "text" ? "" : null]));
  const set = (at: number, row: Values) => change(rows.map((item, index) => (index === at ? row : item)));
  return (
    <Fieldset legend={label}>
      <Stack gap="sm">
        {description ? <Text size="sm" c="dimmed">{description}</Text> : null}
        {rows.map((row, at) => (
          <Group key={at} align="flex-end" gap="xs" role="group" aria-label={`${label}, row ${at + 1}`}>
            {cells.map((cell) => (
              <Field
                key={cell.name}
                label={words(cell.name)}
                schema={cell.schema}
                value={row[cell.name]}
                change={(next) => {
                  const { [cell.name]: _before, ...others } = row;
                  const isGone = (next === "" || next === undefined || next === null) && !schema.items?.required?.includes(cell.name);
                  set(at, isGone ? others : { ...row, [cell.name]: next });
                }}
              />
            ))}
            <Button size="sm" variant="default" aria-label={`Remove row ${at + 1} of ${label}`} onClick={() => change(rows.filter((_item, index) => index !== at))}>
              Remove
            </Button>
          </Group>
        ))}
        {rows.length === 0 ? <Text size="sm">None.</Text> : null}
        <Group>
          <Button size="xs" variant="default" onClick={() => change([...rows, blank])}>
            Add a row
          </Button>
        </Group>
      </Stack>
    </Fieldset>
  );
}

function Free({ label, description, required, value, change }: Asked) {
  const [text, setText] = useState(value === undefined || value === null ? "" : encode(value, 2));
  const [wrong, setWrong] = useState<string | null>(null);
  return (
    <JsonInput
      label={label}
      description={<>{description} As JSON.</>}
      required={required}
      autosize
      minRows={3}
      value={text}
      error={wrong}
      onChange={(next) => {
        setText(next);
        try {
          change(next.trim() === "" ? null : decode(next));
          setWrong(null);
        } catch {
          setWrong("This is no JSON yet; what was valid last is kept until it is.");
        }
      }}
    />
  );
}
