import { expect, it } from "vitest";
import { placeOf, withPages } from "./commands";

it("leads to the page of the very thing that a command names", () => {
  expect(placeOf("connections replace-token my shop")).toEqual({ to: "/connections/my%20shop", label: "the page of the account ‘my shop’" });
  expect(placeOf("connections webhooks books --register")?.to).toBe("/connections/books");
  expect(placeOf("dead-letters replay --cause order.without_contact")?.to).toBe("/repair#order.without_contact");
  expect(placeOf("dead-letters replay")?.to).toBe("/repair");
  expect(placeOf("runs replay --event 0af3")?.to).toBe("/activity/events");
  expect(placeOf("runs replay 0af3 --send-again")?.to).toBe("/activity/0af3");
  expect(placeOf("connect ghl --oauth --agency …")?.to).toBe("/agencies");
  expect(placeOf("connect ghl --oauth --name shop")?.to).toBe("/connect");
});

it("leads to the list where the text itself does not know which one is meant", () => {
  expect(placeOf("connections replace-token NAME")?.to).toBe("/connections");
  expect(placeOf("runs resume ID --from NEXT_STEP")?.to).toBe("/activity");
  expect(placeOf("close --day …")?.to).toBe("/closes");
});

it("leaves what only a command does, and what is no command", () => {
  expect(placeOf("serve")).toBeNull();
  expect(placeOf("db upgrade")).toBeNull();
  expect(placeOf("closed")).toBeNull();
  expect(withPages("see that 'orderbridge serve' runs")).toEqual(["see that 'orderbridge serve' runs"]);
});

it("takes commands out of a sentence in whatever quotes they stand, and keeps a name with an apostrophe whole", () => {
  expect(withPages("Look at 'orderbridge tokens list', or `orderbridge resume`.")).toEqual([
    "Look at ",
    { to: "/settings/tokens", label: "‘API tokens’ under Settings" },
    ", or ",
    { to: "/settings/writes", label: "‘Let writes go on’ under Settings, Writes" },
    ".",
  ]);
  expect(withPages("try 'orderbridge connections test Bob's shop' now")[1]).toMatchObject({ to: "/connections/Bob's%20shop" });
});
