import { Group, Select, Stack, Text, TextInput, type MantineSize } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { useChoices, type Origins, type Pick } from "./queries";

export interface PickedProps {
  label: string;
  /** Where the label stands beside it already. */
  hidden?: boolean;
  description?: ReactNode;
  placeholder?: string | undefined;
  required?: boolean;
  readOnly?: boolean;
  size?: MantineSize;
  pick: Pick;
  origins: Origins;
  /** The record that the choices belong to, where they belong to one. */
  of?: string | null;
  value: string;
  change: (value: string) => void;
}

/** A record of an account: picked by its name, or typed where it cannot be picked. What is set stays, known or not. */
export function Picked({ label, hidden = false, description, placeholder, required = false, readOnly = false, size = "sm", pick, origins, of = null, value, change }: PickedProps) {
  const choices = useChoices(pick, origins, of);
  // Somebody who types is not stopped by the list when it comes.
  const [types, setTypes] = useState(false);
  const names = hidden ? { "aria-label": label } : { label };
  const rows = choices.data ?? [];
  const offers = rows.length > 0;
  const turn = (typing: boolean) =>
    readOnly ? null : (
      <button type="button" className="link" onClick={() => setTypes(typing)}>
        {typing ? `Type ${label} instead` : `Choose ${label} from the account`}
      </button>
    );
  if (offers && !types) {
    const data = rows.map((row) => ({ value: row.value, label: row.label }));
    return (
      <Stack gap={2}>
        <Select
          {...names}
          size={size}
          description={description}
          required={required}
          readOnly={readOnly}
          searchable
          clearable={!required && !readOnly}
          placeholder="Choose …"
          nothingFoundMessage="Nothing of that name."
          data={value && !rows.some((row) => row.value === value) ? [{ value, label: `${value} (not found in the account)` }, ...data] : data}
          value={value || null}
          onChange={(next) => change(next ?? "")}
          clearButtonProps={{ "aria-label": `Clear ${label}` }}
        />
        <Group gap="xs">{turn(true)}</Group>
      </Stack>
    );
  }
  return (
    <Stack gap={2}>
      <TextInput
        {...names}
        size={size}
        description={description}
        required={required}
        readOnly={readOnly}
        placeholder={placeholder}
        value={value}
        onChange={(event) => {
          setTypes(true);
          change(event.currentTarget.value);
        }}
      />
      {offers ? <Group gap="xs">{turn(false)}</Group> : null}
      {choices.error ? (
        <Text size="xs" c="dimmed">
          The account could not be asked what there is, so type it. {choices.error.message}
        </Text>
      ) : null}
    </Stack>
  );
}
