import type { Pick } from "../choices/queries";

/** A JSON Schema, as far as the pages read it. */
export interface Schema {
  type?: string | string[];
  title?: string;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  format?: string;
  minLength?: number;
  minimum?: number;
  maximum?: number;
  additionalProperties?: boolean | Schema;
  [other: string]: unknown;
}

export type Effect = "reads" | "writes" | "messages_people" | "moves_money" | "deletes" | "adds_choices";

/** An operation in the list: its ``id`` is what a flow names, with the version. */
export interface OperationRow {
  id: string;
  name: string;
  version: number;
  system: "ghl" | "act" | "core";
  kind: "trigger" | "action";
  tier: "curated" | "api" | "denied";
  title: string;
  description: string;
  method: string | null;
  path: string | null;
  scopes: string[];
  permissions: string[];
  calls: string;
  effects: Effect[];
  repeatable: boolean;
  denied: string | null;
}

export interface Operation extends OperationRow {
  proof: string | null;
  effects_by_input: Record<string, unknown>;
  test: string | null;
  input_schema: Schema;
  /** Which of its fields name a record that can be picked, and from what. */
  choices: Record<string, Pick>;
  output_schema: Schema;
  example: Record<string, unknown>;
  example_output: unknown;
  listens: { record: string; webhooks: string[]; polled: string | null } | null;
}
