import { Center, Stack } from "@mantine/core";
import { lazy, Suspense } from "react";
import { Route, Switch } from "wouter";
import { useSession } from "../api/queries";
import { Failed, Loading, Nothing } from "../components/states";
import { Join } from "../features/access/Join";
import { SignIn } from "../features/access/SignIn";
import { Home } from "../features/home/Home";
import { Shell } from "./Shell";

const OrderList = lazy(() => import("../features/orders/OrderList"));
const OrderPage = lazy(() => import("../features/orders/OrderPage"));
const RunList = lazy(() => import("../features/runs/RunList"));
const RunPage = lazy(() => import("../features/runs/RunPage"));
const Repair = lazy(() => import("../features/repair/Repair"));
const CloseList = lazy(() => import("../features/closes/CloseList"));
const ClosePage = lazy(() => import("../features/closes/ClosePage"));

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
          <Route path="/" component={Home} />
          <Route path="/orders" component={OrderList} />
          <Route path="/orders/:id">{({ id }) => <OrderPage id={decodeURIComponent(id)} />}</Route>
          <Route path="/activity" component={RunList} />
          <Route path="/activity/:id">{({ id }) => <RunPage id={decodeURIComponent(id)} />}</Route>
          <Route path="/repair" component={Repair} />
          <Route path="/closes" component={CloseList} />
          <Route path="/closes/:day">{({ day }) => <ClosePage day={decodeURIComponent(day)} />}</Route>
          <Route>
            <Nothing title="There is no such page">Choose one on the left.</Nothing>
          </Route>
        </Switch>
      </Suspense>
    </Shell>
  );
}
