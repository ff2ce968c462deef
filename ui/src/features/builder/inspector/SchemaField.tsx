import { Select, TextInput } from "@mantine/core";
import type { Schema } from "../../catalogue/types";
import type { Pick } from "../../choices/queries";
import { useAround } from "./context";
import { JsonField } from "./JsonField";
import { Literal } from "./Literal";
import { targetOf } from "./logic/targets";
import { isScalar } from "./logic/values";

/** A fixed input, as its schema describes it: of a trigger, or of a conversion. */
export function SchemaField({
  label,
  place,
  schema,
  required,
  pick = null,
  value,
  onChange,
}: {
  label: string;
  place: string;
  schema: Schema;
  required: boolean;
  pick?: Pick | null;
  value: unknown;
  onChange: (value: unknown) => void;
}) {
  const { readOnly } = useAround();
  const words = required ? `${label} (needed)` : label;
  const types = Array.isArray(schema.type) ? schema.type : schema.type ? [schema.type] : [];
  if (schema.enum?.every((item) => typeof item === "string") && (value === undefined || typeof value === "string"))
    return (
      <Select
        size="xs"
        label={words}
        description={schema.description}
        clearable={!required && !readOnly}
        readOnly={readOnly}
        data={[...new Set([...(schema.enum as string[]), ...(value ? [value] : [])])]}
        value={value ?? null}
        onChange={(next) => onChange(next ?? undefined)}
      />
    );
  if (types.includes("boolean") && (value === undefined || typeof value === "boolean"))
    return (
      <Select
        size="xs"
        label={words}
        description={schema.description}
        clearable={!readOnly}
        readOnly={readOnly}
        data={[
          { value: "true", label: "Yes" },
          { value: "false", label: "No" },
        ]}
        value={value === undefined ? null : String(value)}
        onChange={(next) => onChange(next === null ? undefined : next === "true")}
      />
    );
  if (types.includes("array") && types.length === 1 && schema.items?.type === "string" && (value === undefined || (Array.isArray(value) && value.every((item) => typeof item === "string"))))
    return (
      <TextInput
        size="xs"
        label={words}
        description={`${schema.description ?? ""} Several are parted by commas.`}
        readOnly={readOnly}
        defaultValue={(value as string[] | undefined)?.join(", ") ?? ""}
        onChange={(event) => {
          const items = event.currentTarget.value.split(",").map((item) => item.trim()).filter(Boolean);
          onChange(items.length > 0 ? items : undefined);
        }}
      />
    );
  if (value !== undefined && !isScalar(value)) return <JsonField label={`${words} as JSON`} place={place} value={value} onChange={onChange} />;
  return (
    <Literal
      label={words}
      target={{ ...targetOf(label, schema, required, []), pick }}
      value={value ?? ""}
      onChange={(next) => onChange(next === "" ? undefined : next)}
    />
  );
}
