import type { Schema } from "../../../catalogue/types";
import type { Pick } from "../../../choices/queries";
import { typeOf } from "./tree";

/** As ``GET /api/connections/{name}/fields/{kind}`` gives it. */
export interface AccountField {
  name: string;
  label: string;
  type: string;
  required: boolean;
  read_only: boolean;
  custom: boolean;
  max_length: number | null;
  choices: string[] | null;
  closed: boolean;
  in_events: string | null;
}

/** A field that an action fills, or a part of one. */
export interface Target {
  /** Within the action: ``custom_fields.user1``. */
  path: string;
  name: string;
  label: string;
  type: string;
  description: string;
  required: boolean;
  readOnly: boolean;
  custom: boolean;
  maxLength: number | null;
  choices: string[] | null;
  closed: boolean;
  parts: Target[];
  /** Whether its owner chooses the names of its parts. */
  open: boolean;
  item: Schema | null;
  /** What it is picked from in the account. */
  pick: Pick | null;
}

const TYPES: Record<string, string> = { boolean: "yes or no", texts: "list", object: "fields", other: "" };

function enumOf(schema: Schema): string[] | null {
  return schema.enum && schema.enum.every((item) => typeof item === "string") ? (schema.enum as string[]) : null;
}

export function targetOf(path: string, schema: Schema, required: boolean, account: AccountField[], listParts = true): Target {
  const name = path.split(".").pop()!;
  const known = account.find((item) => item.name.toLowerCase() === path.toLowerCase());
  const declared = enumOf(schema);
  const properties = Object.entries(schema.properties ?? {});
  const parts = properties.map(([part, inner]) =>
    targetOf(`${path}.${part}`, inner, (schema.required ?? []).includes(part), account, false),
  );
  const prefix = `${path}.`.toLowerCase();
  if (listParts)
    for (const item of account) {
      const inner = item.name.slice(prefix.length);
      if (item.name.toLowerCase().startsWith(prefix) && !parts.some((part) => part.name.toLowerCase() === inner.toLowerCase()))
        parts.push(ofAccount(item));
    }
  const type = typeOf(schema, undefined) || (known ? (TYPES[known.type] ?? known.type) : "");
  return {
    path,
    name,
    label: known && known.label !== schema.description ? labelOf(known.label, name) : "",
    type,
    description: schema.description ?? "",
    required: required || (known?.required ?? false),
    readOnly: known?.read_only ?? false,
    custom: known?.custom ?? false,
    maxLength: known?.max_length ?? (typeof schema.maxLength === "number" ? schema.maxLength : null),
    choices: declared ?? known?.choices ?? null,
    closed: declared !== null || (known?.closed ?? false),
    parts,
    open: type === "fields" && schema.additionalProperties !== false,
    item: schema.items ?? null,
    pick: null,
  };
}

/** What people call it, where that says more than its name. */
function labelOf(label: string, name: string): string {
  const words = label.replace(/\.$/, "");
  return words.toLowerCase() === name.replaceAll("_", " ").toLowerCase() ? "" : words;
}

function ofAccount(item: AccountField): Target {
  return {
    path: item.name,
    name: item.name.split(".").slice(1).join("."),
    label: item.label,
    type: TYPES[item.type] ?? item.type,
    description: "",
    required: item.required,
    readOnly: item.read_only,
    custom: item.custom,
    maxLength: item.max_length,
    choices: item.choices,
    closed: item.closed,
    parts: [],
    open: false,
    item: null,
    pick: null,
  };
}

/** The fields of an action, needed ones first; what is filled and unknown is shown too, so that it can be taken out. */
export function targetsOf(schema: Schema, account: AccountField[], filled: string[], picks: Record<string, Pick> = {}): Target[] {
  const required = schema.required ?? [];
  const properties = schema.properties ?? {};
  const names = [...Object.keys(properties), ...filled.filter((name) => !Object.hasOwn(properties, name))];
  const found = names.map((name) => ({ ...targetOf(name, properties[name] ?? {}, required.includes(name), account), pick: picks[name] ?? null }));
  return [...found.filter((item) => item.required), ...found.filter((item) => !item.required)];
}

const OWN: Record<string, string[]> = {
  act: ["contact", "company", "opportunity", "product", "task"],
  ghl: ["contact", "opportunity"],
};

/** The system and the kind of record whose own fields an action fills; null where none can be asked for. */
export function kindOf(action: string, given: Record<string, unknown>): { system: string; kind: string } | null {
  const [system = "", kind = ""] = action.split(".");
  if (system === "act" && kind === "custom_record") return typeof given.table === "string" && given.table ? { system, kind: given.table } : null;
  return OWN[system]?.includes(kind) ? { system, kind } : null;
}
