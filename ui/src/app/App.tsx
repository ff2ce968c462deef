import { Anchor, Center, Stack, Text, Title } from "@mantine/core";
import { Suspense } from "react";
import { Link, Route, Switch, useLocation } from "wouter";
import { useSession } from "../api/queries";
import { Failed, Loading } from "../components/states";
import { Join } from "../features/access/Join";
import { SignIn } from "../features/access/SignIn";
import { SignInAgain } from "../features/access/SignInAgain";
import { ROUTES } from "./pages";
import { Shell } from "./Shell";
import { Whole } from "./Whole";

export function App() {
  return (
    <Switch>
      <Route path="/join" component={Join} />
      <Route>
        <SignedIn />
      </Route>
    </Switch>
  );
}

function SignedIn() {
  const session = useSession();
  const [path] = useLocation();
  const ended = session.data && "why" in session.data ? session.data : null;
  if (ended && !ended.before) return <SignIn why={ended.why} />;
  if (session.data === undefined) {
    return (
      <Center mih="60vh" p="md" component="main">
        <Stack maw={480}>
          {session.failureReason ? (
            <Failed error={session.failureReason} again={() => void session.refetch()} />
          ) : (
            <Loading />
          )}
        </Stack>
      </Center>
    );
  }
  // What was typed stays as it is behind the door, for the one who typed it.
  const me = "why" in session.data ? session.data.before! : session.data;
  return (
    <Shell key={me.name} session={me} away={ended !== null}>
      {ended ? <SignInAgain name={me.name} /> : null}
      <Whole path={path}>
        <Suspense fallback={<Loading />}>
          <Switch>
            {ROUTES.map(({ path, page: Page }) => (
              <Route key={path} path={path}>
                {(parts) => <Page {...decoded(parts)} />}
              </Route>
            ))}
            <Route>
              <Nowhere />
            </Route>
          </Switch>
        </Suspense>
      </Whole>
    </Shell>
  );
}

function Nowhere() {
  return (
    <Stack gap="xs">
      <Title order={1} size="h3">
        There is no such page
      </Title>
      <Text size="sm">The address may be mistyped, or lead to something that is called otherwise by now. Choose a page in the menu, or go on from the first one.</Text>
      <Anchor component={Link} href="/" size="sm">
        To the first page
      </Anchor>
    </Stack>
  );
}

function decoded(parts: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, decodeURIComponent(part ?? "")]));
}
