import { ActionIcon, Group, Select, Stack, Text } from "@mantine/core";
import type { Schema } from "../../catalogue/types";
import type { JsonObject } from "../types";
import { useAround } from "./context";
import classes from "./inspector.module.css";
import { JsonField } from "./JsonField";
import { SchemaField } from "./SchemaField";
import { conversionsOf, convertOf, type Conversion } from "./logic/mapping";
import { useConversions } from "./queries";

/** Conversions in their order, each with its options. */
export function Conversions({ label, place, convert, onChange }: { label: string; place: string; convert: unknown; onChange: (convert: unknown) => void }) {
  const { readOnly } = useAround();
  const known = useConversions();
  const now = conversionsOf(convert);
  if (now === null) return <JsonField label={`Conversions of ${label}`} place={place} value={convert} onChange={onChange} />;
  const give = (next: Conversion[]) => onChange(convertOf(next, convert));
  const every = known.data ?? [];
  return (
    <Stack gap={4} role="group" aria-label={`Conversions of ${label}`}>
      {now.map((item, number) => {
        const declared = every.find((one) => one.name === item.name);
        const schema = (declared?.input_schema ?? {}) as Schema;
        return (
          <div key={`${number}/${item.name}`} className={classes.nested}>
            <Group justify="space-between" wrap="nowrap">
              <Text size="xs" fw={600} title={declared?.description}>
                {declared?.title ?? item.name}
              </Text>
              {readOnly ? null : (
                <ActionIcon size="sm" variant="default" aria-label={`Take out the conversion ${declared?.title ?? item.name} of ${label}`} onClick={() => give(now.filter((_one, other) => other !== number))}>
                  ×
                </ActionIcon>
              )}
            </Group>
            {declared ? (
              <Text size="xs" c="dimmed">
                {declared.description}
              </Text>
            ) : null}
            {Object.entries(schema.properties ?? {}).map(([name, inner]) => (
              <SchemaField
                key={name}
                label={name.replaceAll("_", " ")}
                place={`${place}.${number}.${name}`}
                schema={inner}
                required={(schema.required ?? []).includes(name)}
                value={item.options[name]}
                onChange={(value) => {
                  const options: JsonObject = { ...item.options };
                  if (value === undefined) delete options[name];
                  else options[name] = value;
                  give(now.map((one, other) => (other === number ? { ...one, options } : one)));
                }}
              />
            ))}
          </div>
        );
      })}
      {readOnly ? null : (
        <Select
          size="xs"
          w={220}
          aria-label={`Add a conversion to ${label}`}
          placeholder="Convert to …"
          searchable
          data={every.map((item) => ({ value: item.name, label: item.title }))}
          value={null}
          onChange={(name) => name && give([...now, { name, options: {} }])}
        />
      )}
    </Stack>
  );
}
