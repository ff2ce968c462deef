import { Button, Group, PasswordInput, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { call } from "../../api/client";
import { useChange } from "../../api/queries";
import { useMe } from "../../app/me";
import { Confirm } from "../../components/Confirm";
import { Failed } from "../../components/states";
import { useUnsaved } from "../../components/unsaved";
import { Part, Section } from "./Section";

const SHORTEST = 12;

export function Account() {
  const me = useMe();
  return (
    <Section
      title="My account"
      note={`You are signed in as ${me?.name}, ${me?.role === "owner" ? "an owner, who may do everything" : "a bookkeeper, who reads everything and changes nothing"}.`}
    >
      <Password />
      <Others />
    </Section>
  );
}

function sessions(count: number): string {
  return count === 1 ? "1 other session of yours was ended" : `${count} other sessions of yours were ended`;
}

function Password() {
  const [old, setOld] = useState("");
  const [next, setNext] = useState("");
  const [said, setSaid] = useState("");
  const change = useChange(async (given: { old: string; new: string }) => {
    const { ended } = await call<{ ended: number }>("POST", "/api/session/password", given);
    setSaid(`Your password was changed; ${sessions(ended)}.`);
    setOld("");
    setNext("");
  });
  useUnsaved((old !== "" || next !== "") && !change.isPending);
  const missing = SHORTEST - next.length;
  return (
    <Part title="Change the password">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setSaid("");
          change.mutate({ old, new: next });
        }}
      >
        <Stack maw={420}>
          <PasswordInput
            label="Password now"
            autoComplete="current-password"
            required
            value={old}
            onChange={(event) => setOld(event.currentTarget.value)}
          />
          <PasswordInput
            label="New password"
            description={`${SHORTEST} characters at least; a few words that only you put together are good`}
            autoComplete="new-password"
            required
            error={next && missing > 0 ? `${missing} more` : undefined}
            value={next}
            onChange={(event) => setNext(event.currentTarget.value)}
          />
          {change.error ? <Failed error={change.error} /> : null}
          {said ? (
            <Text size="sm" role="status">
              {said}
            </Text>
          ) : null}
          <Group>
            <Button type="submit" loading={change.isPending} disabled={!old || missing > 0}>
              Change the password
            </Button>
          </Group>
        </Stack>
      </form>
    </Part>
  );
}

function Others() {
  const [said, setSaid] = useState("");
  const end = useChange(async () => {
    const { ended } = await call<{ ended: number }>("DELETE", "/api/sessions");
    setSaid(ended === 0 ? "There was no other session of yours." : `${sessions(ended)}.`);
  });
  return (
    <Part title="Other browsers">
      <Text size="sm">Where you are signed in elsewhere and may have forgotten it, end that. This browser stays signed in.</Text>
      <Group>
        <Confirm
          label="End my other sessions"
          title="End your other sessions?"
          text="Every other browser in which you are signed in asks for your password again. What was typed there and not saved may be lost."
          action="End them"
          onYes={() => end.mutate(undefined)}
        />
      </Group>
      {end.error ? <Failed error={end.error} /> : null}
      {said ? (
        <Text size="sm" role="status">
          {said}
        </Text>
      ) : null}
    </Part>
  );
}
