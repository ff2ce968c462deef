import type { components } from "../../api/schema";
import type { Schema } from "../catalogue/types";

type Schemas = components["schemas"];
export type TemplateFlow = Schemas["TemplateFlow"];
export type Between = Schemas["Between"];
export type Enabled = Schemas["Enabled"];

/** What the owner decides. */
export interface Setting {
  name: string;
  title: string;
  description: string;
  schema: Schema;
  required: boolean;
  default: unknown;
  example: unknown;
}

export interface Template {
  name: string;
  title: string;
  description: string;
  flows: TemplateFlow[];
  settings: Setting[];
  between: Between[];
}

/** A step of a flow, as far as it is told in words. */
export interface FlowStep {
  id: string;
  action?: string;
  when?: unknown[];
  for_each?: unknown;
  choose?: { when?: unknown[]; steps: FlowStep[] }[];
  stop?: string;
  as?: string;
  steps?: FlowStep[];
}

export interface Definition {
  flow: string;
  title: string;
  trigger: string;
  when?: { reason?: string }[];
  steps: FlowStep[];
}

export interface WholeTemplate extends Template {
  definitions: Definition[];
}

/** The two accounts between which something is set up. */
export interface Accounts {
  highlevel: string;
  act: string;
}
