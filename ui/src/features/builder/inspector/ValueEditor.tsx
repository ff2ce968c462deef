import { ActionIcon, Button, Group, Select, Stack, Text, TextInput, Textarea } from "@mantine/core";
import { useRef, useState, type DragEvent, type ReactNode } from "react";
import type { JsonObject } from "../types";
import { useAround } from "./context";
import { ExpressionField } from "./ExpressionField";
import classes from "./inspector.module.css";
import { JsonField } from "./JsonField";
import { Literal } from "./Literal";
import { asKind, isObject, KIND_WORDS, read, withMain, written, type Form, type Kind } from "./logic/mapping";
import { targetOf, type Target } from "./logic/targets";
import { filled, find, shownSample } from "./logic/values";
import { Options } from "./Options";
import { Autocompleted, Choose } from "./Pickers";

export interface Editing {
  label: string;
  place: string;
  value: unknown;
  onChange: (value: unknown) => void;
  target?: Target;
  /** Whether it can be left alone. */
  optional?: boolean;
  /** Which ways are offered. */
  kinds?: Kind[];
  /** Beside the choice of the way. */
  aside?: ReactNode;
  plain?: boolean;
}

function kindsOf(target: Target | undefined, now: Kind): Kind[] {
  const type = target?.type ?? "";
  const kinds: Kind[] = ["from", "expression"];
  if (type !== "fields" && type !== "list") kinds.unshift("fixed");
  if (type === "" || type === "text" || type === "day" || type === "moment") kinds.push("text");
  if (type === "fields" || (target?.parts.length ?? 0) > 0 || type === "") kinds.push("object");
  if (type === "list" || type === "") kinds.push("list");
  kinds.push("json");
  return kinds.includes(now) || now === "none" ? kinds : [now, ...kinds];
}

/** How one field is filled, and everything that becomes of its value on the way. */
export function ValueEditor({ label, place, value, onChange, target, optional = true, kinds, aside, plain = false }: Editing) {
  const { readOnly } = useAround();
  const form = read(value);
  const offered = kinds ?? kindsOf(target, form.kind);
  const choices = optional ? (["none", ...offered] as Kind[]) : offered;
  const [over, setOver] = useState(false);
  const give = (next: Form) => onChange(written(next));
  const drop = (event: DragEvent) => {
    const path = event.dataTransfer.getData("text/plain");
    setOver(false);
    // Into a text it is dropped as a text: the browser does that.
    if (readOnly || !/^(event|before|steps|item|number)(\.|$)/.test(path)) return;
    event.preventDefault();
    event.stopPropagation();
    if (form.kind === "text") give(withMain(form, `${String(form.main)}{${path}}`));
    else if (form.kind === "from") give(withMain(form, path));
    else if (form.kind === "none" || form.kind === "fixed") give({ ...asKind(form, "from"), main: path });
  };
  const takesDrops = ["none", "fixed", "from", "text"].includes(form.kind);
  return (
    <div
      onDragOver={(event) => {
        if (!takesDrops) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={takesDrops ? drop : undefined}
      className={classes.field}
      data-over={over || undefined}
    >
      <div className={classes.line}>
        <select
          className={classes.way}
          aria-label={`How ${label} is filled`}
          disabled={readOnly}
          value={choices.includes(form.kind) ? form.kind : "json"}
          onChange={(event) => give(asKind(form, event.currentTarget.value as Kind))}
        >
          {choices.map((kind) => (
            <option key={kind} value={kind}>
              {KIND_WORDS[kind]}
            </option>
          ))}
        </select>
        {form.kind === "none" ? (
          <Choose label={label} take={(path) => give({ ...asKind(form, "from"), main: path })} />
        ) : null}
        {aside}
      </div>
      <Main label={label} place={place} form={form} give={give} target={target} />
      {plain || ["none", "json", "list", "object"].includes(form.kind) ? null : (
        <Options label={label} place={place} form={form} give={give} target={target} />
      )}
    </div>
  );
}

function Main({ label, place, form, give, target }: { label: string; place: string; form: Form; give: (form: Form) => void; target: Target | undefined }) {
  const { scope, setTaker } = useAround();
  const set = (main: unknown) => give(withMain(form, main));
  switch (form.kind) {
    case "none":
      return null;
    case "fixed":
      return <Literal label={label} hidden {...(target ? { target } : {})} value={form.main} onChange={set} />;
    case "from":
      return (
        <Stack gap={2}>
          <Group gap="xs" wrap="nowrap">
            <Autocompleted label={`Field for ${label}`} value={String(form.main)} onChange={set} />
            <Choose label={label} take={set} />
          </Group>
          <Preview value={form.main === "" ? undefined : find(scope, String(form.main))} form={form} empty={form.main === ""} />
        </Stack>
      );
    case "text":
      return <TextTemplate label={label} value={String(form.main)} onChange={set} />;
    case "expression":
      return <ExpressionField label={`Expression for ${label}`} value={String(form.main)} onChange={set} onFocus={(take) => setTaker({ label, take })} />;
    case "object":
      return <Parts label={label} place={place} given={form.main as JsonObject} set={set} target={target} />;
    case "list":
      return <Items label={label} place={place} items={form.main as unknown[]} set={set} target={target} />;
    case "json":
      return <JsonField label={`${label} as JSON`} place={place} value={form.main} onChange={set} />;
  }
}

/** What comes of it with the sample, as far as that is known without asking. */
function Preview({ value, form, empty }: { value: unknown; form: Form; empty: boolean }) {
  const map = isObject(form.options.map) ? form.options.map : null;
  const key = value === null || value === undefined ? null : String(value);
  const mapped = map && key !== null ? (Object.hasOwn(map, key) ? ` → ${shownSample(map[key])}` : " → not in the table") : "";
  return (
    <Text size="xs" c="dimmed" className={classes.result} data-testid="sample">
      {empty ? "No field is chosen yet." : `In the sample: ${shownSample(value)}${mapped}`}
    </Text>
  );
}

function TextTemplate({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  const { readOnly, scope, setTaker } = useAround();
  const field = useRef<HTMLTextAreaElement>(null);
  const insert = (path: string) => {
    const at = field.current?.selectionStart ?? value.length;
    const end = field.current?.selectionEnd ?? at;
    onChange(`${value.slice(0, at)}{${path}}${value.slice(end)}`);
    field.current?.focus();
  };
  return (
    <Stack gap={2}>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <Textarea
          ref={field}
          size="xs"
          flex={1}
          autosize
          minRows={1}
          maxRows={8}
          aria-label={`Text for ${label}`}
          readOnly={readOnly}
          value={value}
          onFocus={() => setTaker({ label, take: insert })}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
        <Choose label={label} take={insert} />
      </Group>
      <Text size="xs" c="dimmed" className={classes.result} data-testid="sample">
        {value.includes("{") ? `With this sample: ${filled(value, scope)}` : "{event.id} stands for that field."}
      </Text>
    </Stack>
  );
}

function Parts({ label, place, given, set, target }: { label: string; place: string; given: JsonObject; set: (given: JsonObject) => void; target: Target | undefined }) {
  const { readOnly } = useAround();
  const [name, setName] = useState("");
  const known = target?.parts ?? [];
  const names = Object.keys(given);
  const parts = [
    ...known.filter((part) => part.required || names.includes(part.name)),
    ...names.filter((one) => !known.some((part) => part.name === one)).map((one) => targetOf(`${target?.path ?? place}.${one}`, {}, false, [])),
  ].map((part) => (part.name.includes(".") || names.includes(part.name) ? part : { ...part }));
  const others = known.filter((part) => !parts.some((one) => one.name === part.name) && !part.readOnly);
  const change = (part: string, value: unknown) => {
    const next = { ...given };
    if (value === undefined) delete next[part];
    else next[part] = value;
    set(next);
  };
  const add = (part: string) => {
    if (part && !names.includes(part)) set({ ...given, [part]: { from: "" } });
    setName("");
  };
  return (
    <Stack gap="xs" className={classes.nested}>
      {parts.map((part) => (
        <div key={part.name} role="group" aria-label={`${label}: ${part.label || part.name}`}>
          <Text size="xs" fw={600}>
            {part.label ? `${part.label} · ${part.name}` : part.name}
            {part.required ? " (needed)" : ""}
          </Text>
          <ValueEditor
            label={`${label}: ${part.label || part.name}`}
            place={`${place}.${part.name}`}
            value={given[part.name]}
            onChange={(value) => change(part.name, value)}
            target={part}
          />
        </div>
      ))}
      {readOnly ? null : (
        <Group gap="xs">
          {others.length > 0 ? (
            <Select
              size="xs"
              searchable
              aria-label={`Fill another part of ${label}`}
              placeholder="Fill another part"
              data={others.map((part) => ({ value: part.name, label: part.label ? `${part.label} · ${part.name}` : part.name }))}
              value={null}
              onChange={(part) => part && add(part)}
            />
          ) : null}
          {target === undefined || target.open || known.length === 0 ? (
            <>
              <TextInput
                size="xs"
                w={160}
                aria-label={`Name of a new part of ${label}`}
                placeholder="name"
                value={name}
                onChange={(event) => setName(event.currentTarget.value)}
                onKeyDown={(event) => event.key === "Enter" && add(name.trim())}
              />
              <Button size="compact-xs" variant="default" disabled={!name.trim() || names.includes(name.trim())} onClick={() => add(name.trim())}>
                Add part
              </Button>
            </>
          ) : null}
        </Group>
      )}
    </Stack>
  );
}

function Items({ label, place, items, set, target }: { label: string; place: string; items: unknown[]; set: (items: unknown[]) => void; target: Target | undefined }) {
  const { readOnly } = useAround();
  const schema = target?.item ?? null;
  const item = schema ? targetOf(`${target?.path ?? place}.item`, schema, false, []) : undefined;
  return (
    <Stack gap="xs" className={classes.nested}>
      {items.length === 0 ? (
        <Text size="xs" c="dimmed">
          The list is empty.
        </Text>
      ) : null}
      {items.map((value, number) => (
        <div key={number} role="group" aria-label={`${label}, line ${number + 1}`}>
          <Group justify="space-between">
            <Text size="xs" fw={600}>
              Line {number + 1}
            </Text>
            {readOnly ? null : (
              <ActionIcon
                size="sm"
                variant="default"
                aria-label={`Take line ${number + 1} out of ${label}`}
                onClick={() => set(items.filter((_one, other) => other !== number))}
              >
                ×
              </ActionIcon>
            )}
          </Group>
          <ValueEditor
            label={`${label}, line ${number + 1}`}
            place={`${place}.${number}`}
            value={value}
            optional={false}
            onChange={(next) => set(items.map((one, other) => (other === number ? (next ?? null) : one)))}
            {...(item ? { target: item } : {})}
          />
        </div>
      ))}
      {readOnly ? null : (
        <Button
          size="compact-xs"
          variant="default"
          style={{ alignSelf: "flex-start" }}
          onClick={() => set([...items, item?.type === "fields" ? { object: {} } : { from: "" }])}
        >
          Add a line to {label}
        </Button>
      )}
    </Stack>
  );
}
