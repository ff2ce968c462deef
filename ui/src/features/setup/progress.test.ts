import { expect, test } from "vitest";
import type { Connection } from "../../api/types";
import type { Template } from "../templates/types";
import { ACT, CHECKS, CHOOSE, HIGHLEVEL, LIVE, remembered, standing, TEMPLATES, TRY } from "./progress";
import type { Sandbox } from "./types";

const account = (name: string, system: string, mode: string): Connection => ({
  name, system, mode, state: "ok", reason: null, advice: null, last_success_at: null,
  budget: { calls_left: null, window_s: 10, calls_left_today: null, blocked_until: null },
});
const none: Sandbox = { running: false, connections: null, ended: null, can_start: true, why_not: null };
const running: Sandbox = { ...none, running: true, connections: { highlevel: "s-h", act: "s-a" } };
const made = [account("s-h", "ghl", "sandbox"), account("s-a", "act", "sandbox")];
const template = (highlevel: string, act: string): Template => ({
  name: "t", title: "t", description: "", flows: [], settings: [],
  between: [{ highlevel, act, mode: "sandbox", flows: 1, on: 1, names: ["f"], settings: {} }],
});

test("without anything it begins with the choice", () => {
  expect(standing({}, [], none, []).step).toBe(CHOOSE);
});

test("a sandbox that runs goes on with the checks, then templates, then trying, then live", () => {
  expect(standing({ way: "sandbox" }, made, running, []).step).toBe(CHECKS);
  expect(standing({ way: "sandbox", checked: true }, made, running, []).step).toBe(TEMPLATES);
  expect(standing({ way: "sandbox" }, made, running, [template("s-h", "s-a")]).step).toBe(TRY);
  expect(standing({ way: "sandbox", tried: true }, made, running, [template("s-h", "s-a")]).step).toBe(LIVE);
});

test("a sandbox that ended begins anew", () => {
  const ended = { ...running, running: false, ended: "it ended" };
  expect(standing({ way: "sandbox", tried: true }, made, ended, [template("s-h", "s-a")]).step).toBe(CHOOSE);
});

test("accounts of one's own are connected one after the other, and the sandbox's are not taken for them", () => {
  expect(standing({ way: "accounts" }, made, running, []).step).toBe(HIGHLEVEL);
  const shop = account("shop", "ghl", "live");
  expect(standing({ way: "accounts" }, [...made, shop], running, []).step).toBe(ACT);
  expect(standing({ way: "accounts" }, [shop, account("crm", "act", "test")], none, []).step).toBe(ACT);
  expect(standing({}, [shop, account("crm", "act", "live")], none, []).step).toBe(CHECKS);
});

test("what the browser keeps and cannot be read is nothing", () => {
  expect(remembered({ getItem: () => "{" })).toEqual({});
});
