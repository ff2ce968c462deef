import { ActionIcon, Button, Checkbox, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { encode } from "../../../api/exact";
import { useAround } from "./context";
import { Conversions } from "./Conversions";
import classes from "./inspector.module.css";
import { JsonField } from "./JsonField";
import { Literal } from "./Literal";
import { isObject, SHOWN_OPTIONS, withOption, type Form } from "./logic/mapping";
import type { Target } from "./logic/targets";
import { ValueEditor } from "./ValueEditor";

const RULES = [
  ["if_missing", "Where the field is not there"],
  ["if_null", "Where it is null"],
  ["if_empty", "Where it is an empty text"],
] as const;
const RULE_CHOICES = [
  { value: "leave_out", label: "leave it alone" },
  { value: "clear", label: "clear the target" },
  { value: "hold", label: "hold for a person" },
  { value: "mapping", label: "take another value" },
];
const UNMAPPED = [
  { value: "hold", label: "hold for a person" },
  { value: "skip", label: "skip: leave the field alone" },
  { value: "keep", label: "keep it as it is" },
  { value: "add", label: "add it to the drop-down list" },
];

/** What becomes of a value on its way; folded together while nothing is said about it. */
export function Options({ label, place, form, give, target }: { label: string; place: string; form: Form; give: (form: Form) => void; target: Target | undefined }) {
  const { readOnly } = useAround();
  const said = Object.keys(form.options);
  const [open, setOpen] = useState(said.length > 0);
  const option = (name: string, value: unknown) => give(withOption(form, name, value));
  const others = Object.fromEntries(Object.entries(form.options).filter(([name]) => !SHOWN_OPTIONS.includes(name)));
  if (!open)
    return readOnly ? null : (
      <Button size="compact-xs" variant="subtle" style={{ alignSelf: "flex-start" }} aria-label={`Convert, translate, fall back for ${label}`} onClick={() => setOpen(true)}>
        Convert, translate, fall back …
      </Button>
    );
  const translates = form.options.map !== undefined || form.options.lookup !== undefined;
  return (
    <Stack gap="xs" className={classes.nested} role="group" aria-label={`What becomes of ${label} on the way`}>
      <Conversions label={label} place={`${place}.convert`} convert={form.options.convert} onChange={(value) => option("convert", value)} />
      {form.options.lookup !== undefined ? (
        <JsonField label={`Table for ${label}`} place={`${place}.lookup`} value={form.options.lookup} onChange={(value) => option("lookup", value)} />
      ) : form.options.map !== undefined && !isObject(form.options.map) ? (
        <JsonField label={`Value table of ${label}`} place={`${place}.map`} value={form.options.map} onChange={(value) => option("map", value)} />
      ) : isObject(form.options.map) ? (
        <MapTable label={label} map={form.options.map} target={target} onChange={(value) => option("map", value)} />
      ) : readOnly ? null : (
        <Button size="compact-xs" variant="default" style={{ alignSelf: "flex-start" }} onClick={() => option("map", {})}>
          Translate its values
        </Button>
      )}
      {translates ? (
        <Group gap="xs" align="flex-end">
          <Select
            size="xs"
            label="A value that is not in the table"
            clearable={!readOnly}
            readOnly={readOnly}
            placeholder="hold, or the fallback"
            data={UNMAPPED}
            value={(form.options.unmapped as string | undefined) ?? null}
            onChange={(value) => option("unmapped", value ?? undefined)}
          />
          {form.options.unmapped === "add" || form.options.drop_down !== undefined ? (
            <TextInput
              size="xs"
              label="Drop-down list in Act!"
              readOnly={readOnly}
              value={String(form.options.drop_down ?? "")}
              onChange={(event) => option("drop_down", event.currentTarget.value || undefined)}
            />
          ) : null}
        </Group>
      ) : null}
      {RULES.map(([name, words]) => {
        const rule = form.options[name];
        const isMapping = isObject(rule);
        return (
          <Stack key={name} gap={4}>
            <Select
              size="xs"
              label={words}
              clearable={!readOnly}
              readOnly={readOnly}
              placeholder={name === "if_empty" ? "written as it is" : "left alone, or the fallback"}
              data={RULE_CHOICES}
              value={isMapping ? "mapping" : ((rule as string | null | undefined) ?? null)}
              onChange={(value) => option(name, value === "mapping" ? { value: "" } : (value ?? undefined))}
            />
            {isMapping ? (
              <div className={classes.nested}>
                <ValueEditor label={`${label}, ${words.toLowerCase()}`} place={`${place}.${name}`} value={rule} optional={false} plain onChange={(value) => option(name, isObject(value) ? value : { value })} {...(target ? { target } : {})} />
              </div>
            ) : null}
          </Stack>
        );
      })}
      <div role="group" aria-label={`Fallback of ${label}`}>
        <Text size="xs">Fallback, where there is no value and no rule above</Text>
        <ValueEditor label={`the fallback of ${label}`} place={`${place}.otherwise`} value={form.options.otherwise} plain onChange={(value) => option("otherwise", value)} {...(target ? { target } : {})} />
      </div>
      <Checkbox
        size="xs"
        label="Hold for a person where there is no value"
        disabled={readOnly}
        checked={form.options.required === true}
        onChange={(event) => option("required", event.currentTarget.checked || undefined)}
      />
      {Object.keys(others).length > 0 ? (
        <JsonField
          label={`More of ${label}`}
          place={`${place}.more`}
          value={others}
          onChange={(value) => {
            if (!isObject(value)) return;
            const kept = Object.fromEntries(Object.entries(form.options).filter(([name]) => SHOWN_OPTIONS.includes(name)));
            give({ ...form, options: { ...kept, ...value } });
          }}
        />
      ) : null}
    </Stack>
  );
}

function MapTable({ label, map, target, onChange }: { label: string; map: Record<string, unknown>; target: Target | undefined; onChange: (map: Record<string, unknown> | undefined) => void }) {
  const { readOnly } = useAround();
  const [key, setKey] = useState("");
  const rows = Object.entries(map);
  const add = () => {
    if (!key || Object.hasOwn(map, key)) return;
    onChange({ ...map, [key]: "" });
    setKey("");
  };
  return (
    <Stack gap={4} role="group" aria-label={`Values of ${label}`}>
      <Text size="xs" fw={600}>
        What each value becomes
      </Text>
      {rows.map(([from, to]) => (
        <Group key={from} gap="xs" wrap="nowrap">
          <Text size="xs" w={110} style={{ overflowWrap: "anywhere" }}>
            {from === "" ? "empty text" : from}
          </Text>
          <Text size="xs" aria-hidden>
            →
          </Text>
          <div style={{ flex: 1, minWidth: 0 }}>
            {to !== null && typeof to === "object" ? (
              <Text size="xs" className={classes.result}>
                {encode(to)}
              </Text>
            ) : (
              <Literal label={`${label}: what ${from} becomes`} hidden value={to} onChange={(next) => onChange({ ...map, [from]: next })} {...(target ? { target } : {})} />
            )}
          </div>
          {readOnly ? null : (
            <ActionIcon size="sm" variant="default" aria-label={`Take ${from} out of the values of ${label}`} onClick={() => onChange(Object.fromEntries(rows.filter(([name]) => name !== from)))}>
              ×
            </ActionIcon>
          )}
        </Group>
      ))}
      {readOnly ? null : (
        <Group gap="xs">
          <TextInput
            size="xs"
            w={150}
            aria-label={`Another value of ${label}`}
            placeholder="value over there"
            value={key}
            error={Object.hasOwn(map, key) ? "It is in the table." : undefined}
            onChange={(event) => setKey(event.currentTarget.value)}
            onKeyDown={(event) => event.key === "Enter" && add()}
          />
          <Button size="compact-xs" variant="default" disabled={!key || Object.hasOwn(map, key)} onClick={add}>
            Add value
          </Button>
          <Button size="compact-xs" variant="subtle" onClick={() => onChange(undefined)}>
            No table
          </Button>
        </Group>
      )}
    </Stack>
  );
}
