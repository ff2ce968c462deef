import { expect, test } from "vitest";
import { parted, todoOf } from "./todo";
import type { Check } from "./types";

const accounts = { highlevel: "shop", act: "books and more" };
const check = (id: string, next: string): Check => ({ id, title: id, ok: false, says: "", next });

test("no check sends somebody who sits before a page to a command line", () => {
  for (const id of ["alerts", "dry_run.order", "mapping.order", "healthy.ghl", "healthy.act", "permitted.act", "circle.order"]) {
    const todo = todoOf(check(id, "'orderbridge connections resume shop'"), accounts);
    expect(todo.says).toBeNull();
    expect(todo.link ?? todo.here).not.toBeNull();
  }
});

test("an account that is not ready leads to its own page, and what the provider asks for is said", () => {
  const todo = todoOf(check("permitted.act", "give it the permission Access Web API"), accounts);
  expect(todo).toEqual({
    says: "give it the permission Access Web API",
    link: { href: "/connections/books%20and%20more", label: "Open books and more" },
    here: null,
  });
});

test("what is to be done stands before what is so", () => {
  const passed = { ...check("alerts", ""), ok: true };
  const open = check("dry_run.order", "");
  expect(parted([passed, open])).toEqual({ open: [open], passed: [passed] });
});
