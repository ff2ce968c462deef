import { Center, Stack } from "@mantine/core";
import { Suspense } from "react";
import { Route, Switch } from "wouter";
import { useSession } from "../api/queries";
import { Failed, Loading, Nothing } from "../components/states";
import { Join } from "../features/access/Join";
import { SignIn } from "../features/access/SignIn";
import { ROUTES } from "./pages";
import { Shell } from "./Shell";

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
  if (session.data && "why" in session.data) return <SignIn why={session.data.why} />;
  if (session.data === undefined) {
    return (
      <Center mih="60vh">
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
  return (
    <Shell session={session.data}>
      <Suspense fallback={<Loading />}>
        <Switch>
          {ROUTES.map(({ path, page: Page }) => (
            <Route key={path} path={path}>
              {(parts) => <Page {...decoded(parts)} />}
            </Route>
          ))}
          <Route>
            <Nothing title="There is no such page">Choose one on the left.</Nothing>
          </Route>
        </Switch>
      </Suspense>
    </Shell>
  );
}

function decoded(parts: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, decodeURIComponent(part ?? "")]));
}
