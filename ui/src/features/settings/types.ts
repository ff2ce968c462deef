import type { components } from "../../api/schema";

type Schemas = components["schemas"];
export type UserRow = Schemas["UserRow"];
export type LinkMade = Schemas["LinkMade"];
export type Role = UserRow["role"];
export type TokenRow = Schemas["TokenRow"];
export type ChannelRow = Schemas["ChannelRow"];
export type MessageRow = Schemas["MessageRow"];
export type Told = Schemas["Told"];
export type Backups = Schemas["BackupsShown"];
export type Backup = Schemas["BackupShown"];
export type BackupChecked = Schemas["BackupChecked"];
export type About = Schemas["AboutShown"];
export type Pause = Schemas["PauseShown"];
export type LiveRow = Schemas["LiveRow"];
export type WrittenRow = Schemas["WrittenRow"];

/** An alert as the API shows it. */
export interface Alert {
  key: string;
  kind: string;
  title: string;
  text: string;
  since: string;
  cleared_at: string | null;
}

export interface TakenBack {
  flow: string;
  live_since: string;
  runs_now: number | null;
  written: WrittenRow[];
}

export interface PublicAddress {
  state: string;
  ok: boolean | null;
  message: string;
}
