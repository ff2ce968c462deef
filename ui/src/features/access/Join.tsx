import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { useLocation } from "wouter";
import { useJoin, useLink } from "../../api/queries";
import type { Link } from "../../api/types";
import { shownMoment } from "../../components/moment";
import { Asked, Failed } from "../../components/states";
import { Door } from "./Door";

const SHORTEST = 12;

export function Join() {
  // Behind the '#', so that it stands in no log.
  const [token] = useState(() => window.location.hash.slice(1));
  const link = useLink(token);
  if (!token) {
    return (
      <Door title="This link is not whole" note="Open it once more from where it was shown: what stands behind the # belongs to it.">
        {null}
      </Door>
    );
  }
  return (
    <Door title={link.data?.sets === "password" ? "Choose another password" : "Make your account"} note={noteOf(link.data)}>
      <Asked query={link}>{(found) => <Form token={token} link={found} />}</Asked>
    </Door>
  );
}

function noteOf(link: Link | undefined): string {
  if (!link) return "";
  const until = `This link works once, until ${shownMoment(link.expires_at)}.`;
  return link.role === "owner" ? `${until} An owner may do everything here.` : `${until} A bookkeeper sees everything and changes nothing.`;
}

function Form({ token, link }: { token: string; link: Link }) {
  const [name, setName] = useState(link.name ?? "");
  const [password, setPassword] = useState("");
  const [, go] = useLocation();
  const join = useJoin();
  const missing = SHORTEST - password.length;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        join.mutate({ token, name: link.name ? null : name, password }, { onSuccess: () => go("/", { replace: true }) });
      }}
    >
      <Stack>
        <TextInput
          label="Name"
          description={link.name ? "Chosen by whoever invited you" : "What you sign in with, for example your e-mail address"}
          autoComplete="username"
          required
          readOnly={link.name !== null}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          description={`${SHORTEST} characters at least; a few words that only you put together are good`}
          autoComplete="new-password"
          required
          error={password && missing > 0 ? `${missing} more` : undefined}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {join.error ? <Failed error={join.error} /> : null}
        <Button type="submit" loading={join.isPending} disabled={missing > 0 || !name}>
          {link.sets === "password" ? "Set it and sign in" : "Make the account"}
        </Button>
      </Stack>
    </form>
  );
}
