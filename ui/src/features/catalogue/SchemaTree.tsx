import { Text } from "@mantine/core";
import { Advice } from "../../components/Advice";
import type { Schema } from "./types";
import { kindOf } from "./words";

/** The object that a schema describes, also where a list holds it, or one of several. */
function inner(schema: Schema): Schema | null {
  if (schema.properties && Object.keys(schema.properties).length > 0) return schema;
  if (schema.items) return inner(schema.items);
  for (const part of schema.anyOf ?? schema.oneOf ?? []) {
    const found = inner(part);
    if (found) return found;
  }
  return null;
}

/** A schema field by field; what is deeper opens. */
export function SchemaTree({ schema }: { schema: Schema }) {
  const object = inner(schema);
  if (!object) return <Text size="sm" c="dimmed">{kindOf(schema)}: no fields of its own.</Text>;
  return <Fields schema={object} />;
}

function Fields({ schema }: { schema: Schema }) {
  return (
    <ul className="schema">
      {Object.entries(schema.properties ?? {}).map(([name, field]) => {
        const deeper = inner(field);
        const head = (
          <>
            <code>{name}</code> <span className="kind">{kindOf(field)}{schema.required?.includes(name) ? ", required" : ""}</span>
            {field.description ? <> <Advice>{field.description}</Advice></> : null}
          </>
        );
        return (
          <li key={name}>
            {deeper ? (
              <details>
                <summary>{head}</summary>
                <Fields schema={deeper} />
              </details>
            ) : (
              head
            )}
          </li>
        );
      })}
    </ul>
  );
}
